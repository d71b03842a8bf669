import type {BaseWindow, MenuItemConstructorOptions} from 'electron';
import {
  COMMAND_IDS,
  commandEntry,
  keysOn,
  type CommandId,
  type MenuName,
} from '../../shared/commandTable';

/** What the menu hands on. */
export interface MenuActions {
  openHelp(url: string): void;
  command(command: CommandId, window: BaseWindow | undefined): void;
}

/** The application menu, by the table of commands; keys without Ctrl or ⌘ are the window's own. */
export function menuTemplate(
  actions: MenuActions,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const itemsOf = (id: CommandId): MenuItemConstructorOptions[] => {
    const {menu, role} = commandEntry(id);
    // macOS has it in the menu of the application
    if (menu === undefined || (role === 'quit' && isMac)) return [];
    const [, label, line] = menu;
    const [key, ...others] = acceleratorsOf(id, isMac);
    const item: MenuItemConstructorOptions = {
      ...(role !== undefined
        ? {role}
        : {label, click: (_item, window) => actions.command(id, window)}),
    };
    return [
      ...(line === 'line' ? [{type: 'separator'} as const] : []),
      {...item, ...(key === undefined ? {} : {accelerator: key})},
      ...others.map((other) => ({...item, accelerator: other, visible: false})),
    ];
  };
  const under = (name: MenuName) =>
    COMMAND_IDS.filter((id) => commandEntry(id).menu?.[0] === name).flatMap(itemsOf);
  const documentation = {
    label: 'OpenSAFELY Documentation',
    click: () => actions.openHelp('https://docs.opensafely.org/'),
  };
  return [
    ...(isMac ? [{role: 'appMenu'} as const] : []),
    {label: 'File', submenu: under('File')},
    {role: 'editMenu'},
    {label: 'View', submenu: under('View')},
    {label: 'Run', submenu: under('Run')},
    {role: 'help', submenu: [...under('Help'), documentation]},
  ];
}

/** The keys of a command that the menu binds: a single letter would be taken from every field. */
function acceleratorsOf(id: CommandId, isMac: boolean): readonly string[] {
  return keysOn(id, isMac)
    .filter((key) => key.includes('Mod+') || commandEntry(id).role !== undefined)
    .map((key) => key.replace('Mod+', 'CmdOrCtrl+').replace(/\+$/, 'Plus'));
}
