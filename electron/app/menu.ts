import type {BaseWindow, MenuItemConstructorOptions} from 'electron';
import {
  COMMAND_IDS,
  commandEntry,
  keysOn,
  type CommandId,
  type MenuName,
} from '../../shared/commands';

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
    const {menu} = commandEntry(id);
    if (menu === undefined || (menu.notOnMac === true && isMac)) return [];
    const [key, ...others] = acceleratorsOf(id, isMac);
    const item: MenuItemConstructorOptions = {
      ...('role' in menu
        ? {role: menu.role}
        : {label: menu.label, click: (_item, window) => actions.command(id, window)}),
    };
    return [
      ...(menu.line === true ? [{type: 'separator'} as const] : []),
      {...item, ...(key === undefined ? {} : {accelerator: key})},
      ...others.map((other) => ({...item, accelerator: other, visible: false})),
    ];
  };
  const under = (name: MenuName) =>
    COMMAND_IDS.filter((id) => commandEntry(id).menu?.under === name).flatMap(itemsOf);
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
    .filter((key) => key.includes('Mod+') || commandEntry(id).by === 'electron')
    .map((key) => key.replace('Mod+', 'CmdOrCtrl+').replace(/\+$/, 'Plus'));
}
