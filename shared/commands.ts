/** A menu of the application. */
export type MenuName = 'File' | 'View' | 'Run' | 'Help';

/** What the list of keys files a key under. */
export const KEY_GROUPS = ['Everywhere', 'Go to', 'Run', 'Graph'] as const;

/** An entry of the application menu, in the order of the commands; a role has Electron's own words. */
export type MenuPlace = {
  readonly under: MenuName;
  /** A line above it. */
  readonly line?: true;
  /** macOS has it in the menu of the application. */
  readonly notOnMac?: true;
} & (
  | {readonly label: string}
  | {readonly role: 'close' | 'quit' | 'togglefullscreen' | 'toggleDevTools'}
);

/** A command as host and window know it: its words, its keys and its place in the menu. */
export interface CommandEntry {
  /** Its name in palette, list of keys and error messages. */
  readonly words: string;
  /** What the list of keys adds to its name. */
  readonly note?: string;
  /** Where the list of keys shows it; given where it has a key. */
  readonly group?: (typeof KEY_GROUPS)[number];
  /** Such as `Shift+R`, the one that buttons name first; `Mod` is Ctrl, and ⌘ on a Mac. */
  readonly keys?: readonly string[];
  /** In place of `keys` on a Mac. */
  readonly macKeys?: readonly string[];
  readonly menu?: MenuPlace;
  /** Who carries it out where it is not the window: Electron, or the graph while it is shown. */
  readonly by?: 'electron' | 'graph';
}

/** Every command by its id. What each does, and when it can be used, is in renderer/commands. */
export const COMMANDS = {
  'open-study': {
    words: 'Open a study…',
    group: 'Everywhere',
    keys: ['Mod+O'],
    menu: {under: 'File', label: 'Open Study…'},
  },
  'open-sample': {
    words: 'Try the sample study…',
    menu: {under: 'File', label: 'Try the Sample Study'},
  },
  'new-window': {
    words: 'New window',
    group: 'Everywhere',
    keys: ['Mod+Shift+N'],
    menu: {under: 'File', label: 'New Window'},
  },
  reload: {words: 'Read project.yaml again'},
  settings: {
    words: 'Settings',
    group: 'Everywhere',
    keys: ['Mod+,'],
    menu: {under: 'File', label: 'Settings…', line: true},
  },
  'job-queue': {words: 'Job queue', menu: {under: 'File', label: 'Job Queue…'}},
  'close-study': {
    words: 'Close the study',
    menu: {under: 'File', label: 'Close Study', line: true},
  },
  engines: {words: 'Container engines'},
  images: {words: 'Images'},
  'clean-up': {words: 'Clean up what earlier runs have left…'},
  'command-palette': {
    words: 'Find anything',
    group: 'Everywhere',
    keys: ['Mod+K'],
    menu: {under: 'View', label: 'Find Anything…'},
  },
  find: {
    words: 'Filter actions',
    note: 'or search the log, from within it',
    group: 'Everywhere',
    keys: ['/', 'Mod+F'],
    menu: {under: 'View', label: 'Find'},
  },
  'save-project-file': {words: 'Save project.yaml', group: 'Everywhere', keys: ['Mod+S']},
  'step-out': {words: 'Step out', note: 'never stops a run', group: 'Everywhere', keys: ['Esc']},
  'keyboard-help': {
    words: 'List of keys',
    group: 'Everywhere',
    keys: ['?'],
    menu: {under: 'Help', label: 'Keyboard'},
  },
  doctor: {
    words: 'Doctor: what is wrong with the computer or the study',
    menu: {under: 'Help', label: 'Doctor…'},
  },
  'add-action': {words: 'Add an action…'},
  'clear-outputs': {words: 'Clear outputs no longer produced…'},
  'show-graph': {
    words: 'Graph',
    group: 'Go to',
    keys: ['G'],
    menu: {under: 'View', label: 'Graph', line: true},
  },
  'show-table': {
    words: 'Table',
    group: 'Go to',
    keys: ['T'],
    menu: {under: 'View', label: 'Table'},
  },
  'show-timeline': {words: 'Timeline', group: 'Go to', keys: ['I']},
  'show-project-file': {words: 'project.yaml'},
  'show-actions': {words: 'Actions', group: 'Go to', keys: ['A']},
  'show-outputs': {
    words: 'Outputs',
    group: 'Go to',
    keys: ['O'],
    menu: {under: 'View', label: 'Outputs'},
  },
  'show-history': {words: 'History'},
  'show-log': {
    words: 'Log',
    group: 'Go to',
    keys: ['L'],
    menu: {under: 'View', label: 'Log'},
  },
  'show-problems': {words: 'Problems', group: 'Go to', keys: ['E']},
  'show-checks': {words: 'Checks before release'},
  'show-rehearsal': {words: 'Rehearse the release'},
  'show-plan': {words: 'Plan', group: 'Go to', keys: ['P']},
  'save-report': {words: 'Save the report of the study…'},
  'go-back': {words: 'Back to where the keyboard was', group: 'Go to', keys: ['B']},
  'next-region': {words: 'Next part of the window', group: 'Go to', keys: ['F6']},
  'previous-region': {words: 'Part of the window before', group: 'Go to', keys: ['Shift+F6']},
  'toggle-left': {words: 'Show or hide the left list'},
  'toggle-right': {words: 'Show or hide the inspector'},
  'toggle-bottom': {words: 'Show or hide the bottom panel'},
  'next-problem': {words: 'Next problem', group: 'Go to', keys: ['F8']},
  'previous-problem': {words: 'Previous problem', group: 'Go to', keys: ['Shift+F8']},
  'zoom-in': {
    words: 'Larger text',
    group: 'Everywhere',
    keys: ['Mod++', 'Mod+='],
    menu: {under: 'View', label: 'Larger Text', line: true},
  },
  'zoom-out': {
    words: 'Smaller text',
    group: 'Everywhere',
    keys: ['Mod+-'],
    menu: {under: 'View', label: 'Smaller Text'},
  },
  'zoom-reset': {
    words: 'Usual text size',
    group: 'Everywhere',
    keys: ['Mod+0'],
    menu: {under: 'View', label: 'Usual Text Size'},
  },
  'run-selected': {
    words: 'Run what is selected',
    group: 'Run',
    keys: ['R'],
    menu: {under: 'Run', label: 'Run Selected'},
  },
  'run-with-dependencies': {
    words: 'Run the selected action with its dependencies',
    group: 'Run',
    keys: ['Shift+R'],
    menu: {under: 'Run', label: 'Run With Dependencies'},
  },
  'run-with-downstream': {words: 'Run what is selected with everything downstream'},
  'run-all': {
    words: 'Run everything that needs to run',
    menu: {under: 'Run', label: 'Run All'},
  },
  'run-stale': {words: 'Run all out of date or not verified'},
  'run-failed': {words: 'Run all failed'},
  'run-everything': {words: 'Run all actions again'},
  'next-failure': {
    words: 'Next failure',
    note: 'with its log',
    group: 'Go to',
    keys: ['F4'],
    menu: {under: 'Run', label: 'Next Failure', line: true},
  },
  'follow-run': {
    words: 'Follow the run, or no longer',
    group: 'Run',
    keys: ['W'],
    menu: {under: 'Run', label: 'Follow the Run'},
  },
  stop: {
    words: 'Stop the run',
    note: 'asks first',
    group: 'Run',
    keys: ['.'],
    menu: {under: 'Run', label: 'Stop', line: true},
  },
  'run-share': {words: 'Change how the run goes on…'},
  tools: {
    words: 'JupyterLab and RStudio',
    menu: {under: 'Run', label: 'JupyterLab and RStudio…', line: true},
  },
  'open-shell': {words: 'Open a shell with what the selected action would be given'},
  'open-script': {words: 'Open the script in the editor'},

  'close-window': {
    words: 'Close the window',
    group: 'Everywhere',
    keys: ['Mod+W'],
    by: 'electron',
    menu: {under: 'File', role: 'close'},
  },
  quit: {
    words: 'Quit Study Desk',
    group: 'Everywhere',
    keys: ['Mod+Q'],
    by: 'electron',
    menu: {under: 'File', role: 'quit', notOnMac: true},
  },
  'full-screen': {
    words: 'Full screen, or no longer',
    group: 'Everywhere',
    keys: ['F11'],
    macKeys: ['Ctrl+Mod+F'],
    by: 'electron',
    menu: {under: 'View', role: 'togglefullscreen', line: true},
  },
  'developer-tools': {
    words: 'Developer tools',
    group: 'Everywhere',
    keys: ['Mod+Shift+I'],
    macKeys: ['Alt+Mod+I'],
    by: 'electron',
    menu: {under: 'View', role: 'toggleDevTools'},
  },

  'graph-upstream': {
    words: 'Show what the selection needs',
    group: 'Graph',
    keys: ['U'],
    by: 'graph',
  },
  'graph-downstream': {
    words: 'Show what needs the selection',
    group: 'Graph',
    keys: ['D'],
    by: 'graph',
  },
  'graph-focus': {words: 'Focus on the selection', group: 'Graph', keys: ['F'], by: 'graph'},
  'graph-walk': {words: 'Walk along the edges', group: 'Graph', keys: ['Arrows'], by: 'graph'},
  'graph-unfold': {words: 'Unfold or fold a group', group: 'Graph', keys: ['Enter'], by: 'graph'},
  'graph-zoom': {words: 'Zoom to the selection', group: 'Graph', keys: ['Z'], by: 'graph'},
  'graph-fit': {words: 'Show the whole graph', group: 'Graph', keys: ['0'], by: 'graph'},
  'graph-larger': {words: 'Larger', group: 'Graph', keys: ['+'], by: 'graph'},
  'graph-smaller': {words: 'Smaller', group: 'Graph', keys: ['-'], by: 'graph'},
} as const satisfies Readonly<Record<string, CommandEntry>>;

/** A command's id. */
export type CommandId = keyof typeof COMMANDS;

/** A command that the window carries out. */
export type WindowCommandId = {
  [Id in CommandId]: (typeof COMMANDS)[Id] extends {readonly by: string} ? never : Id;
}[CommandId];

/** All commands, in the order of the table. */
export const COMMAND_IDS = Object.keys(COMMANDS) as readonly CommandId[];

/** What is known of a command by its id. */
export function commandEntry(id: CommandId): CommandEntry {
  return COMMANDS[id];
}

/** The keys of a command on this kind of computer. */
export function keysOn(id: CommandId, isMac: boolean): readonly string[] {
  const {keys = [], macKeys} = commandEntry(id);
  return isMac && macKeys !== undefined ? macKeys : keys;
}
