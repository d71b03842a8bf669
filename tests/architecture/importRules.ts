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
const adapter = [...pure, 'electron/engine', 'electron/files'];

/** Who may import whom; whatever is not listed here is forbidden. */
export const importRules: Readonly<Record<string, ImportRule>> = {
  shared: {from: [], packages: [], node: false},
  'shared/ipc': {from: ['shared'], packages: ['zod'], node: false},

  'electron/study': {from: ['shared'], packages: ['yaml'], node: false},
  'electron/planner': {from: ['shared', 'electron/study'], packages: [], node: false},

  'electron/engine': {from: ['shared'], packages: [], node: false},
  'electron/files': {
    from: [...pure, 'electron/engine'],
    packages: ['tar-stream', 'zod'],
    node: true,
  },
  'electron/docker': {from: adapter, packages: ['dockerode', 'tar-stream', 'zod'], node: true},
  'electron/process': {from: adapter, packages: ['zod'], node: true},
  'electron/git': {from: adapter, packages: ['isomorphic-git', 'zod'], node: true},
  'electron/outputs': {from: adapter, packages: ['papaparse', 'zod'], node: true},
  'electron/provenance': {from: adapter, packages: ['diff', 'zod'], node: true},
  'electron/cache': {from: adapter, packages: ['zod'], node: true},
  // sql.js: the reference's own record of jobs is an SQLite file
  'electron/runs': {from: adapter, packages: ['sql.js', 'zod'], node: true},
  'electron/sample': {from: adapter, packages: [], node: true},

  'electron/core': {
    from: [
      ...adapter,
      'electron/docker',
      'electron/process',
      'electron/git',
      'electron/outputs',
      'electron/provenance',
      'electron/cache',
      'electron/runs',
      'electron/sample',
    ],
    packages: ['zod'],
    node: true,
  },
  'electron/cli': {from: [...pure, 'electron/core'], packages: ['commander'], node: true},
  'electron/ipc': {from: ['shared', 'electron/core'], packages: ['zod'], node: true},
  'electron/app': {
    // the user's settings are written as carefully as a study's files
    from: ['shared', 'electron/core', 'electron/ipc', 'electron/files/writeAtomically'],
    packages: ['electron', 'zod'],
    node: true,
  },
  'electron/preload': {from: ['shared/ipc'], packages: ['electron'], node: false},

  renderer: {
    from: ['shared', 'renderer/graph/layoutGraph', 'renderer/ui'],
    packages: [
      '@codemirror/lang-yaml',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@lezer/highlight',
      '@tanstack/react-virtual',
      '@xyflow/react',
      'diff',
      'lucide-react',
      'papaparse',
      'react',
      'react-dom',
      'react-resizable-panels',
      'zustand',
    ],
    node: false,
  },
  // the layout runs in a worker and in plain tests: no React, no page
  'renderer/graph/layoutGraph': {
    from: ['shared'],
    packages: ['@dagrejs/dagre'],
    node: false,
  },
  'renderer/ui': {from: [], packages: ['react', 'react-dom', 'lucide-react'], node: false},
};
