/** A menu of the application. */
export type MenuName = 'File' | 'View' | 'Run' | 'Help';

/** What the list of keys files a key under. */
export const KEY_GROUPS = ['Everywhere', 'Go to', 'Run', 'Graph'] as const;

/** A command as host and window know it: its words, its keys and its place in the menu. */
export interface CommandEntry {
  /** Its name in palette and list of keys. */
  readonly words: string;
  /** What the list of keys adds to its name. */
  readonly note?: string;
  /**
   * Where the list of keys shows it, then its keys, such as `Shift+R`; buttons name the first. `Mod` is Ctrl, and ⌘ on
   * a Mac.
   */
  readonly keys?: readonly [(typeof KEY_GROUPS)[number], ...string[]];
  /** In place of its keys on a Mac. */
  readonly macKeys?: readonly string[];
  /** In place of its keys in a browser, which keeps those for itself. */
  readonly browserKeys?: readonly string[];
  /** Its menu and its words there, with a line above it or not; the menu has the order of this table. */
  readonly menu?: readonly [MenuName, string, 'line'?];
  /** Carried out by Electron, which has its own words for it in the menu. */
  readonly role?: 'close' | 'quit' | 'togglefullscreen' | 'toggleDevTools';
  /** Carried out by the graph while it is shown, not by the window. */
  readonly by?: 'graph';
}

/** Every command by its id. What each does, and when it can be used, is in renderer/commands. */
export const COMMANDS = {
  'open-study': {
    words: 'Open a study…',
    keys: ['Everywhere', 'Mod+O'],
    menu: ['File', 'Open Study…'],
  },
  'new-study': {words: 'New study…'},
  'clone-study': {words: 'Clone a study…'},
  'follow-elsewhere': {words: 'Follow a run elsewhere…', menu: ['File', 'Follow a Run Elsewhere…']},
  'open-sample': {words: 'Try the sample study…', menu: ['File', 'Try the Sample Study']},
  'new-window': {
    words: 'New window',
    keys: ['Everywhere', 'Mod+Shift+N'],
    browserKeys: ['Shift+N'],
    menu: ['File', 'New Window'],
  },
  reload: {words: 'Read project.yaml again'},
  settings: {words: 'Settings', keys: ['Everywhere', 'Mod+,'], menu: ['File', 'Settings…', 'line']},
  'job-queue': {words: 'Job queue', menu: ['File', 'Job Queue…']},
  'close-study': {words: 'Close the study', menu: ['File', 'Close Study', 'line']},
  engines: {words: 'Container engines'},
  images: {words: 'Images'},
  'clean-up': {words: 'What is stored, and clean up…'},
  'command-palette': {
    words: 'Find anything',
    keys: ['Everywhere', 'Mod+K'],
    menu: ['View', 'Find Anything…'],
  },
  find: {
    words: 'Filter actions',
    note: 'in the log, search it',
    keys: ['Everywhere', '/', 'Mod+F'],
    menu: ['View', 'Find'],
  },
  'save-file': {words: 'Save the edited file', keys: ['Everywhere', 'Mod+S']},
  'step-out': {words: 'Go back', keys: ['Everywhere', 'Esc']},
  help: {words: 'Help', keys: ['Everywhere', 'F1'], menu: ['Help', 'Search the Help…']},
  'keyboard-help': {words: 'List of keys', keys: ['Everywhere', '?'], menu: ['Help', 'Keyboard']},
  doctor: {
    words: 'Doctor: check the computer and the study',
    menu: ['Help', 'Doctor…'],
  },
  tour: {words: 'Take the tour', menu: ['Help', 'Take the Tour']},
  news: {words: 'What is new in Study Desk', menu: ['Help', 'What Is New']},
  updates: {words: 'Look for a newer Study Desk…', menu: ['Help', 'Newer Version…']},
  'add-action': {words: 'Add an action…'},
  rename: {words: 'Rename the selected action…', keys: ['Everywhere', 'F2']},
  'clear-outputs': {words: 'Clear outputs no longer produced…'},
  'show-graph': {words: 'Graph', keys: ['Go to', 'G'], menu: ['View', 'Graph', 'line']},
  'show-table': {words: 'Table', keys: ['Go to', 'T'], menu: ['View', 'Table']},
  'show-grid': {words: 'Grid', note: 'of similar actions', keys: ['Go to', 'V']},
  'show-timeline': {words: 'Timeline', keys: ['Go to', 'I']},
  'show-project-file': {words: 'project.yaml'},
  'show-actions': {words: 'Actions', keys: ['Go to', 'A']},
  'show-outputs': {words: 'Outputs', keys: ['Go to', 'O'], menu: ['View', 'Outputs']},
  'show-history': {words: 'History'},
  'show-log': {words: 'Log', keys: ['Go to', 'L'], menu: ['View', 'Log']},
  'show-problems': {words: 'Problems', keys: ['Go to', 'E']},
  'show-checks': {words: 'Checks before release', keys: ['Go to', 'C']},
  'show-codelists': {words: 'Codelists', menu: ['View', 'Codelists']},
  'show-uncommitted': {words: 'Changes since the commit', menu: ['View', 'Changes']},
  ready: {words: 'Ready for the server?', menu: ['Run', 'Ready for the Server?']},
  'show-rehearsal': {words: 'Rehearse the release'},
  'show-plan': {words: 'Plan', keys: ['Go to', 'P']},
  'save-report': {words: 'Save a report of the study…'},
  'go-back': {words: 'Previous focus', keys: ['Go to', 'B']},
  'next-region': {words: 'Next pane', keys: ['Go to', 'F6']},
  'previous-region': {words: 'Previous pane', keys: ['Go to', 'Shift+F6']},
  'toggle-left': {words: 'Show or hide the left list'},
  'toggle-right': {words: 'Show or hide the inspector'},
  'toggle-bottom': {words: 'Show or hide the bottom panel'},
  'whole-window': {
    words: 'Give the whole window to what is read (on/off)',
    keys: ['Go to', 'M'],
  },
  'next-problem': {words: 'Next problem or finding', keys: ['Go to', 'F8']},
  'previous-problem': {words: 'Previous problem or finding', keys: ['Go to', 'Shift+F8']},
  'zoom-in': {
    words: 'Larger text',
    keys: ['Everywhere', 'Mod++', 'Mod+='],
    menu: ['View', 'Larger Text', 'line'],
  },
  'zoom-out': {
    words: 'Smaller text',
    keys: ['Everywhere', 'Mod+-'],
    menu: ['View', 'Smaller Text'],
  },
  'zoom-reset': {
    words: 'Usual text size',
    keys: ['Everywhere', 'Mod+0'],
    menu: ['View', 'Usual Text Size'],
  },
  'run-selected': {
    words: 'Run selected actions',
    keys: ['Run', 'R'],
    menu: ['Run', 'Run Selected'],
  },
  'run-with-downstream': {words: 'Run selected actions and all that depend on them'},
  'run-with-dependencies': {
    words: 'Rerun selected actions with their dependencies',
    keys: ['Run', 'Shift+R'],
    menu: ['Run', 'Run With Dependencies'],
  },
  'run-found': {words: 'Run what the filter finds'},
  'continue-run': {words: 'Continue the last run', menu: ['Run', 'Continue the Last Run']},
  'run-all': {words: 'Run everything out of date', menu: ['Run', 'Run All']},
  'run-failed': {words: 'Rerun failed'},
  'run-stale': {words: 'Run all out of date or unverified'},
  'run-everything': {words: 'Rerun everything'},
  'copy-plan': {words: 'Copy the plan as study-desk run'},
  'copy-plan-opensafely': {words: 'Copy the plan as opensafely run'},
  'next-failure': {
    words: 'Next failure',
    note: 'with its log',
    keys: ['Go to', 'F4'],
    menu: ['Run', 'Next Failure', 'line'],
  },
  'follow-run': {
    words: 'Follow the run (on/off)',
    keys: ['Run', 'W'],
    menu: ['Run', 'Follow the Run'],
  },
  stop: {
    words: 'Stop the run',
    note: 'asks first',
    keys: ['Run', '.'],
    menu: ['Run', 'Stop', 'line'],
  },
  'run-share': {words: 'Adjust the run…'},
  tools: {words: 'JupyterLab and RStudio', menu: ['Run', 'JupyterLab and RStudio…', 'line']},
  'open-shell': {words: 'Open a shell in this action’s environment'},
  'open-script': {words: 'Open the script'},
  'move-image': {words: 'Try the selected action on another image…'},
  'try-definition': {
    words: 'Try the dataset definition',
    note: 'that is edited, else that of the selected action',
    keys: ['Run', 'F9'],
    menu: ['Run', 'Try the Definition'],
  },

  'close-window': {
    words: 'Close the window',
    keys: ['Everywhere', 'Mod+W'],
    menu: ['File', ''],
    role: 'close',
  },
  quit: {
    words: 'Quit Study Desk',
    keys: ['Everywhere', 'Mod+Q'],
    browserKeys: [],
    menu: ['File', ''],
    role: 'quit',
  },
  'full-screen': {
    words: 'Full screen (on/off)',
    keys: ['Everywhere', 'F11'],
    macKeys: ['Ctrl+Mod+F'],
    menu: ['View', '', 'line'],
    role: 'togglefullscreen',
  },
  'developer-tools': {
    words: 'Developer tools',
    keys: ['Everywhere', 'Mod+Shift+I'],
    macKeys: ['Alt+Mod+I'],
    menu: ['View', ''],
    role: 'toggleDevTools',
  },

  'graph-upstream': {words: 'Show what the selection needs', keys: ['Graph', 'U'], by: 'graph'},
  'graph-downstream': {words: 'Show what needs the selection', keys: ['Graph', 'D'], by: 'graph'},
  'graph-focus': {words: 'Focus on the selection', keys: ['Graph', 'F'], by: 'graph'},
  'graph-walk': {words: 'Walk along the edges', keys: ['Graph', 'Arrows'], by: 'graph'},
  'graph-unfold': {words: 'Unfold or fold a group', keys: ['Graph', 'Enter'], by: 'graph'},
  'graph-zoom': {words: 'Zoom to the selection', keys: ['Graph', 'Z'], by: 'graph'},
  'graph-fit': {words: 'Show the whole graph', keys: ['Graph', '0'], by: 'graph'},
  'graph-larger': {words: 'Larger', keys: ['Graph', '+'], by: 'graph'},
  'graph-smaller': {words: 'Smaller', keys: ['Graph', '-'], by: 'graph'},
} as const satisfies Readonly<Record<string, CommandEntry>>;

/** A command's id. */
export type CommandId = keyof typeof COMMANDS;

/** A command that the window carries out. */
export type WindowCommandId = {
  [Id in CommandId]: (typeof COMMANDS)[Id] extends {readonly by: string} | {readonly role: string}
    ? never
    : Id;
}[CommandId];

/** All commands, in the order of the table. */
export const COMMAND_IDS = Object.keys(COMMANDS) as readonly CommandId[];

/** What is known of a command by its id. */
export function commandEntry(id: CommandId): CommandEntry {
  return COMMANDS[id];
}

/** The keys of a command on this kind of computer, in a window or in a browser. */
export function keysOn(id: CommandId, isMac: boolean, inBrowser = false): readonly string[] {
  const {keys = [], macKeys, browserKeys} = commandEntry(id);
  if (inBrowser && browserKeys !== undefined) return browserKeys;
  return isMac && macKeys !== undefined ? macKeys : keys.slice(1);
}
