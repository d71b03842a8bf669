import {Menu, type BaseWindow, type MenuItemConstructorOptions} from 'electron';

/** Commands the window carries out when they are chosen from the menu (event `menu:command`). */
export type MenuCommand =
  | 'open-study'
  | 'open-sample'
  | 'close-study'
  | 'settings'
  | 'job-queue'
  | 'tools'
  | 'doctor'
  | 'command-palette'
  | 'find'
  | 'show-graph'
  | 'show-table'
  | 'show-outputs'
  | 'show-log'
  | 'next-failure'
  | 'zoom-in'
  | 'zoom-out'
  | 'zoom-reset'
  | 'run-selected'
  | 'run-with-dependencies'
  | 'run-all'
  | 'follow-run'
  | 'stop'
  | 'keyboard-help';

/** What the menu does by itself or hands on. */
export interface MenuActions {
  newWindow(): void;
  openHelp(url: string): void;
  command(command: MenuCommand, window: BaseWindow | undefined): void;
}

/** The application menu; single-letter keys of the window are named in its tooltips, not bound here. */
export function buildMenu(actions: MenuActions, platform: NodeJS.Platform): Menu {
  const item = (
    label: string,
    command: MenuCommand,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : {accelerator}),
    click: (_item, window) => {
      actions.command(command, window);
    },
  });
  const separator: MenuItemConstructorOptions = {type: 'separator'};
  const isMac = platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{role: 'appMenu'} as const] : []),
    {
      label: 'File',
      submenu: [
        item('Open Study…', 'open-study', 'CmdOrCtrl+O'),
        item('Try the Sample Study', 'open-sample'),
        {
          label: 'New Window',
          accelerator: 'CmdOrCtrl+Shift+N',
          click: () => {
            actions.newWindow();
          },
        },
        separator,
        item('Settings…', 'settings', 'CmdOrCtrl+,'),
        item('Job Queue…', 'job-queue'),
        separator,
        item('Close Study', 'close-study'),
        {role: 'close'},
        ...(isMac ? [] : [{role: 'quit'} as const]),
      ],
    },
    {role: 'editMenu'},
    {
      label: 'View',
      submenu: [
        item('Find Anything…', 'command-palette', 'CmdOrCtrl+K'),
        item('Find', 'find', 'CmdOrCtrl+F'),
        separator,
        item('Graph', 'show-graph'),
        item('Table', 'show-table'),
        item('Outputs', 'show-outputs'),
        item('Log', 'show-log'),
        separator,
        item('Larger Text', 'zoom-in', 'CmdOrCtrl+Plus'),
        // the same key without Shift
        {...item('Larger Text', 'zoom-in', 'CmdOrCtrl+='), visible: false},
        item('Smaller Text', 'zoom-out', 'CmdOrCtrl+-'),
        item('Usual Text Size', 'zoom-reset', 'CmdOrCtrl+0'),
        separator,
        {role: 'togglefullscreen'},
        {role: 'toggleDevTools'},
      ],
    },
    {
      label: 'Run',
      submenu: [
        item('Run Selected', 'run-selected'),
        item('Run With Dependencies', 'run-with-dependencies'),
        item('Run All', 'run-all'),
        separator,
        item('Next Failure', 'next-failure'),
        item('Follow the Run', 'follow-run'),
        separator,
        item('Stop', 'stop'),
        separator,
        item('JupyterLab and RStudio…', 'tools'),
      ],
    },
    {
      role: 'help',
      submenu: [
        item('Keyboard', 'keyboard-help'),
        item('Doctor…', 'doctor'),
        {
          label: 'OpenSAFELY Documentation',
          click: () => {
            actions.openHelp('https://docs.opensafely.org/');
          },
        },
      ],
    },
  ];
  return Menu.buildFromTemplate(template);
}
