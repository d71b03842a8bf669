/** What the files of a folder may import; files below are under the rule of the nearest folder named here. */
export interface ImportRule {
  /** Folders and single files (without ending) of the project, beside the folder itself. */
  readonly from: readonly string[];
  /** Packages of package.json. */
  readonly packages: readonly string[];
  /** Node's own modules. */
  readonly node: boolean;
}

const pure = ['shared', 'electron/study', 'electron/planner'];
/** What every adapter stands on: pure code, the port it fills, and the study's files. */
const adapter = [...pure, 'electron/executor', 'electron/files', 'electron/threads'];

/** What every part of the screen stands on. */
const screen = ['shared', 'renderer/state', 'renderer/status', 'renderer/ui'];
const react = ['react', 'lucide-react'];

/** Who may import whom; whatever is not listed here is forbidden. */
export const importRules: Readonly<Record<string, ImportRule>> = {
  shared: {from: [], packages: [], node: false},
  'shared/contract': {from: ['shared'], packages: ['zod'], node: false},

  'electron/study': {from: ['shared'], packages: ['yaml'], node: false},
  'electron/planner': {from: ['shared', 'electron/study'], packages: [], node: false},

  'electron/disclosure': {from: ['shared'], packages: [], node: false},
  'electron/reports': {from: ['shared'], packages: [], node: false},

  'electron/executor': {from: ['shared'], packages: [], node: false},
  'electron/threads': {from: [], packages: [], node: true},
  'electron/network': {from: [], packages: [], node: true},
  'electron/files': {
    from: [...pure, 'electron/executor'],
    packages: ['tar-stream', 'zod'],
    node: true,
  },
  'electron/docker': {
    from: [...adapter, 'electron/network'],
    packages: ['dockerode', 'tar-stream', 'zod'],
    node: true,
  },
  'electron/process': {from: adapter, packages: ['zod'], node: true},
  'electron/git': {
    from: [...adapter, 'electron/network'],
    packages: ['isomorphic-git', 'zod'],
    node: true,
  },
  'electron/outputs': {
    from: adapter,
    packages: ['@duckdb/node-api', 'apache-arrow', 'fzstd', 'zod'],
    node: true,
  },
  'electron/provenance': {from: adapter, packages: ['diff', 'zod'], node: true},
  'electron/cache': {from: adapter, packages: ['zod'], node: true},
  // re2js: what a user types as a regular expression must not be able to take for ever
  'electron/logs': {from: adapter, packages: ['re2js'], node: true},
  'electron/settings': {from: ['shared', 'electron/files'], packages: ['zod'], node: true},
  'electron/doctor': {from: ['shared', 'electron/executor'], packages: [], node: true},
  'electron/failures': {from: ['shared', 'electron/study'], packages: [], node: false},
  // sql.js: the reference's own record of jobs is an SQLite file
  'electron/runs': {from: [...adapter, 'electron/logs'], packages: ['sql.js', 'zod'], node: true},
  'electron/sample': {from: adapter, packages: [], node: true},

  'electron/core': {
    from: [
      ...adapter,
      'electron/docker',
      'electron/process',
      'electron/git',
      'electron/outputs',
      'electron/disclosure',
      'electron/reports',
      'electron/provenance',
      'electron/cache',
      'electron/logs',
      'electron/failures',
      'electron/runs',
      'electron/settings',
      'electron/sample',
      'electron/doctor',
    ],
    packages: ['zod'],
    node: true,
  },
  // a job runner needs the parts, and no open study around them
  'electron/serve': {
    from: [
      ...adapter,
      'electron/core/plan/jobDefinitions',
      'electron/docker',
      'electron/git',
      'electron/logs',
      'electron/outputs',
      'electron/runs',
    ],
    packages: ['zod'],
    node: true,
  },
  'electron/cli': {
    // files are read and written as carefully as a study's own
    from: [
      ...pure,
      'electron/core',
      'electron/serve',
      'electron/settings',
      'electron/files/openFile',
      'electron/files/writeAtomically',
    ],
    packages: ['commander', 'diff'],
    node: true,
  },
  'electron/ipc': {from: ['shared', 'electron/core'], packages: ['zod'], node: true},
  'electron/app': {
    // the user's settings are read and written as carefully as a study's files
    from: [
      'shared',
      'electron/core',
      'electron/serve',
      'electron/doctor',
      'electron/ipc',
      'electron/settings',
      'electron/files/openFile',
      'electron/files/writeAtomically',
    ],
    packages: ['electron', 'zod'],
    node: true,
  },
  'electron/preload': {from: ['shared/contract'], packages: ['electron'], node: false},

  // App.tsx and main.tsx put the window together; nothing imports them
  renderer: {from: ['shared', 'renderer'], packages: ['react', 'react-dom'], node: false},
  'renderer/bridge': {from: ['shared'], packages: [], node: false},

  // what the parts of the screen share
  'renderer/ui': {
    from: ['shared/format', 'shared/visibleText'],
    packages: ['react', 'react-dom', 'lucide-react', '@floating-ui/react-dom'],
    node: false,
  },
  'renderer/state': {from: ['shared'], packages: ['react', 'zustand'], node: false},
  'renderer/status': {
    from: ['shared', 'renderer/state', 'renderer/ui'],
    packages: react,
    node: false,
  },
  'renderer/lists': {
    from: ['shared/visibleText', 'renderer/state', 'renderer/ui'],
    packages: ['react', '@tanstack/react-virtual'],
    node: false,
  },
  'renderer/errors': {
    from: ['shared', 'renderer/state', 'renderer/ui'],
    packages: react,
    node: false,
  },
  'renderer/commands': {from: ['shared', 'renderer/state'], packages: ['react'], node: false},
  'renderer/groups': {from: ['shared', 'renderer/ui'], packages: react, node: false},

  // the parts of the screen
  'renderer/actions': {
    from: [...screen, 'renderer/commands', 'renderer/groups', 'renderer/lists'],
    packages: react,
    node: false,
  },
  'renderer/checks': {from: [...screen, 'renderer/lists'], packages: react, node: false},
  'renderer/graph': {
    from: [...screen, 'renderer/commands', 'renderer/groups', 'renderer/graph/layoutGraph'],
    packages: [...react, '@xyflow/react'],
    node: false,
  },
  // the layout runs in a worker and in plain tests: no React, no page
  'renderer/graph/layoutGraph': {from: ['shared'], packages: ['@dagrejs/dagre'], node: false},
  'renderer/failures': {
    from: [...screen, 'renderer/errors', 'renderer/project/FixDialog'],
    packages: react,
    node: false,
  },
  'renderer/history': {from: screen, packages: react, node: false},
  'renderer/inspector': {
    from: [
      ...screen,
      'renderer/commands',
      'renderer/errors',
      'renderer/failures',
      'renderer/groups',
      'renderer/outputs/Restore',
    ],
    packages: react,
    node: false,
  },
  'renderer/dialogs': {
    from: [...screen, 'renderer/commands', 'renderer/errors'],
    packages: react,
    node: false,
  },
  'renderer/shell': {
    from: [...screen, 'renderer/errors'],
    packages: [...react, '@xterm/addon-fit', '@xterm/xterm'],
    node: false,
  },
  'renderer/log': {from: screen, packages: react, node: false},
  'renderer/outputs': {
    from: [...screen, 'renderer/errors', 'renderer/groups', 'renderer/lists'],
    packages: [...react, '@tanstack/react-virtual', 'marked', 'pdfjs-dist'],
    node: false,
  },
  'renderer/plan': {
    from: [
      ...screen,
      'renderer/errors',
      'renderer/groups',
      'renderer/lists',
      'renderer/outputs/Restore',
    ],
    packages: [...react, '@tanstack/react-virtual'],
    node: false,
  },
  'renderer/problems': {
    from: [...screen, 'renderer/errors', 'renderer/lists', 'renderer/project/FixDialog'],
    packages: react,
    node: false,
  },
  'renderer/project': {
    from: [...screen, 'renderer/commands', 'renderer/errors'],
    packages: [
      ...react,
      '@codemirror/commands',
      '@codemirror/lang-yaml',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@lezer/highlight',
      'diff',
    ],
    node: false,
  },
  'renderer/query': {from: screen, packages: react, node: false},
  'renderer/table': {
    from: [...screen, 'renderer/commands', 'renderer/groups', 'renderer/lists'],
    packages: [...react, '@tanstack/react-virtual'],
    node: false,
  },
  'renderer/timeline': {
    from: [...screen, 'renderer/groups', 'renderer/lists'],
    packages: [...react, '@tanstack/react-virtual'],
    node: false,
  },
  // the frame holds them all
  'renderer/frame': {
    from: ['shared', 'renderer'],
    packages: [...react, 'react-resizable-panels'],
    node: false,
  },
};
