import type {RequestArg, RequestName} from '../../shared/contract/contract';
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

const comparison: RequestArg<'outputs:compare'> = {
  path: 'output/table.csv',
  old: {kind: 'commit', commit: 'HEAD~1'},
  now: {kind: 'now'},
  matching: {by: 'key', columns: ['age_band', 'sex']},
};

/** One good argument of each request. */
export const REQUEST_EXAMPLES: {readonly [N in RequestName]: RequestArg<N>} = {
  'app:info': {},
  'app:open-window': {dir: null},
  'app:copy-report': {error: {kind: 'bug', message: 'It failed.', hint: 'Try again.'}},
  'app:save-settings': {settings: DEFAULT_SETTINGS},
  'app:choose-study': {},
  'app:create-sample': {},
  'project:open': {dir: '/studies/asthma'},
  'project:close': {},
  'project:reload': {},
  'provenance:statuses': {},
  'project:git': {},
  'app:forget-recent': {dir: 'C:\\studies\\asthma'},
  'view:load': {},
  'view:save': {json: '{}'},
  'project:open-in-editor': {path: 'analysis/model.R', line: 12},
  'project:read-code': {path: 'analysis/model.py'},
  'project:show-in-folder': {path: 'output/table.csv'},
  'app:export': {suggestedName: 'graph.svg', content: new Uint8Array([1, 2])},
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
  'plan:prepare': {request, options},
  'runs:start': {preparedId: 'r1'},
  'runs:active': {},
  'runs:queue': {},
  'runs:drop': {queuedId: 'r1'},
  'runs:move': {queuedId: 'r1', to: 0},
  'runs:unfinished': {},
  'runs:give-up': {runId: 'r1'},
  'runs:take-over': {},
  'runs:cancel': {runId: 'r1', action: null},
  'runs:list': {limit: 50},
  'plan:overrides': {},
  'plan:save-override': {
    action: 'model',
    override: {memoryBytes: null, cpus: 0.5, timeoutSeconds: 3600},
  },
  'logs:read': {jobId: 'j1', fromSeq: 0, limit: 1000},
  'logs:follow': {jobId: null},
  'logs:file': {action: 'model'},
  'logs:line': {jobId: 'j1', seq: 0},
  'logs:save': {jobId: 'j1', suggestedName: 'model.log'},
  'logs:open-in-editor': {jobId: 'j1'},
  'logs:search': {
    searchId: 's1',
    scope: {kind: 'job', jobId: 'j1'},
    pattern: {text: 'error', caseSensitive: false, wholeWord: false, regex: false},
  },
  'logs:stop-search': {},
  'failures:why': {jobId: 'j1'},
  'failures:causes': {runId: 'r1'},
  'outputs:list': {},
  'outputs:read': {path: 'output/table.csv'},
  'outputs:table-schema': {path: 'output/table.csv', whole: false},
  'outputs:table-rows': {
    path: 'output/table.csv',
    from: 0,
    count: 100,
    query: {sort: {column: 0, descending: true}, where: 'age > 50'},
  },
  'outputs:table-summary': {path: 'output/table.csv', column: 0},
  'outputs:table-find': {
    path: 'output/table.csv',
    query: {sort: null, where: null},
    search: {text: 'x', columns: [0, 1], after: {place: -1, column: -1}, backwards: false},
  },
  'outputs:table-sql': {path: 'output/table.csv', sql: 'SELECT * FROM data'},
  'outputs:table-stop-sql': {path: 'output/table.csv'},
  'outputs:table-close': {path: 'output/table.csv'},
  'outputs:versions': {path: 'output/table.csv'},
  'outputs:read-version': {path: 'output/plot.png', version: {kind: 'run', runId: 'r1'}},
  'outputs:compare': comparison,
  'outputs:compared-rows': {...comparison, from: 0, count: 100, onlyChanged: true},
  'outputs:comparing': {stop: false},
  'outputs:run-changes': {runId: null},
  'outputs:preview-clear': {},
  'outputs:clear': {paths: ['output/old.csv']},
  'provenance:changes': {action: 'model', path: 'analysis/model.R'},
  'provenance:mark': {action: 'model', reason: 'Only a comment changed.'},
  'provenance:decisions': {},
  'provenance:restorable': {},
  'provenance:restore': {actions: ['model']},
  'provenance:cache-usage': {},
  'provenance:clear-cache': {},
  'app:check-engine': {},
};
