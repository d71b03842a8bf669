import type {RequestArg, RequestName} from '../../shared/ipc/contract';
import type {RunRequest} from '../../shared/plan';
import type {RunOptions} from '../../shared/run';
import {DEFAULT_SETTINGS} from '../../shared/settings';

const request: RunRequest = {
  actions: ['run_all'],
  forceDependencies: false,
  includeStale: true,
  force: [],
  takeOut: [],
};

const options: RunOptions = {
  executor: 'docker',
  concurrency: 2,
  limits: {memoryBytes: 4 * 1024 ** 3, cpus: 1.5},
  continueOnError: false,
  letRunningFinish: false,
  debug: false,
  pull: true,
};

const edits = [{from: 0, to: 3, insert: 'x'}];

/** One good argument of each request. */
export const REQUEST_EXAMPLES: {readonly [N in RequestName]: RequestArg<N>} = {
  'app:info': {},
  'app:open-window': {dir: null},
  'app:copy-report': {error: {kind: 'bug', message: 'It failed.', hint: 'Try again.'}},
  'settings:save': {settings: DEFAULT_SETTINGS},
  'study:choose': {},
  'study:create-sample': {},
  'study:open': {dir: '/studies/asthma'},
  'study:close': {},
  'study:reload': {},
  'study:statuses': {},
  'study:git': {},
  'study:forget-recent': {dir: 'C:\\studies\\asthma'},
  'study:load-view': {},
  'study:save-view': {json: '{}'},
  'study:open-in-editor': {path: 'analysis/model.R', line: 12},
  'study:show-in-folder': {path: 'output/table.csv'},
  'study:export': {suggestedName: 'graph.svg', content: new Uint8Array([1, 2])},
  'project:preview-fix': {revision: 3, edits},
  'project:preview-add': {
    revision: 3,
    action: {
      name: 'model',
      image: 'r:v2',
      command: 'analysis/model.R',
      needs: ['generate_dataset'],
      outputs: [{tier: 'moderately_sensitive', label: 'table', pattern: 'output/*.csv'}],
    },
  },
  'project:apply': {revision: 3, edits},
  'plan:preview': {request},
  'run:preflight': {request, options},
  'run:start': {request, options},
  'run:cancel': {runId: 'r1', action: null},
  'run:list': {limit: 50},
  'run:overrides': {},
  'run:save-override': {
    action: 'model',
    override: {memoryBytes: null, cpus: 0.5, timeoutSeconds: 3600},
  },
  'log:read': {jobId: 'j1', fromSeq: 0, limit: 1000},
  'log:follow': {jobId: null},
  'outputs:list': {},
  'outputs:read': {path: 'output/table.csv'},
  'outputs:preview-clear': {},
  'outputs:clear': {paths: ['output/old.csv']},
  'stale:diff': {action: 'model', path: 'analysis/model.R'},
  'stale:mark': {action: 'model', reason: 'Only a comment changed.'},
  'stale:decisions': {},
  'stale:restorable': {},
  'stale:restore': {actions: ['model']},
  'cache:usage': {},
  'cache:clear': {},
  'engine:check': {},
};
