import {appError, type AppError} from '../../../shared/errors';
import {isFinal, type Job} from '../../../shared/job';
import type {AppInfo, AppSettings} from '../../../shared/app';
import type {
  HostApi,
  RequestAnswer,
  RequestArg,
  RequestName,
} from '../../../shared/contract/contract';
import type {EventName, Events} from '../../../shared/contract/events';
import type {LogLine} from '../../../shared/log';
import type {FakeAnswers} from './fakeAnswers';
import {fakeEngines} from './fakeEngines';
import {fakeImages} from './fakeImages';
import {fakeTables, type FakeTable} from './fakeTables';
import type {OutputContent} from '../../../shared/output';
import type {RunRequest} from '../../../shared/plan';
import type {RunFinding, PreparedRun} from '../../../shared/preview';
import {err, ok, type Result} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import type {ActionOverride, OwnSettings} from '../../../shared/settings';
import type {ActionStatus} from '../../../shared/status';
import {fakeLogs} from './fakeLogs';
import {fakeJob, fakePlan} from './fakePlan';
import {fakeOutputs, fakeSnapshot, fakeStatuses, type FakeAction} from './fakeStudy';

/** Settings a fake host starts with. */
export const FAKE_SETTINGS: AppSettings = {
  user: {theme: 'light'},
  environment: {},
  faults: [],
};

const FINDINGS: readonly RunFinding[] = [
  {level: 'ok', check: 'project', message: 'project.yaml is valid.', hint: null},
  {level: 'ok', check: 'disk', message: '41 GB are free.', hint: null},
  {
    level: 'warning',
    check: 'limits',
    message: '2 jobs with 4 GB each are more than the 6 GB the engine has.',
    hint: 'Lower the memory in Settings, or give the engine more.',
  },
];

/** A host with behaviour: it plans, runs when told to step on, keeps logs, and remembers what was asked. */
export interface FakeHost extends HostApi {
  /** Says something as the host would. */
  emit<N extends EventName>(name: N, payload: Events[N]): void;
  /** Requests so far, oldest first. */
  readonly asked: readonly {readonly name: RequestName; readonly arg: unknown}[];
  /** Answers a request in another way from now on. */
  answer<N extends RequestName>(name: N, handler: (arg: RequestArg<N>) => RequestAnswer<N>): void;
  /** What the checks before a run find from now on. */
  find(findings: readonly RunFinding[]): void;
  /** The run under way: moves a job on, or ends the run. */
  readonly run: {
    start(action: string): void;
    log(action: string, texts: readonly string[]): void;
    end(action: string, outcome: 'succeeded' | 'failed', message?: string): void;
    finish(): void;
  };
}

/** How a fake host begins. */
export interface FakeHostOptions {
  readonly actions: readonly FakeAction[];
  readonly info?: Partial<AppInfo>;
  readonly files?: Readonly<Record<string, OutputContent>>;
  /** Tables among them, by path. */
  readonly tables?: Readonly<Record<string, FakeTable>>;
  readonly runs?: readonly RunRecord[];
  readonly clock?: () => Date;
}

/** Makes a fake host over a study in memory, for component tests and for looking at the window alone. */
export function createFakeHost(options: FakeHostOptions): FakeHost {
  const now = () => (options.clock?.() ?? new Date()).toISOString();
  const snapshot = fakeSnapshot(options.actions);
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const asked: {name: RequestName; arg: unknown}[] = [];
  const logs = new Map<string, LogLine[]>();
  let statuses = fakeStatuses(options.actions);
  let runs: readonly RunRecord[] = options.runs ?? [];
  let settings = options.info?.settings ?? FAKE_SETTINGS;
  let own: OwnSettings = {settings: {}, faults: []};
  let overrides: Readonly<Record<string, ActionOverride>> = {};
  let view: string | null = null;
  let prepared = runs.length;
  let findings = FINDINGS;
  const preparations = new Map<string, PreparedRun>();
  let followed: string | null = null;

  const emit = <N extends EventName>(name: N, payload: Events[N]) => {
    // a set only holds listeners of its own event's payload
    for (const listener of listeners.get(name) ?? []) (listener as (p: Events[N]) => void)(payload);
  };
  const good = async <T>(value: T): Promise<Result<T, AppError>> => ok(value);
  const refuse = async (message: string) => err(appError('invalid-request', message));

  const statusOf = (action: string) => statuses.find((status) => status.action === action);
  const setStatus = (status: ActionStatus) => {
    statuses = statuses.map((old) => (old.action === status.action ? status : old));
    emit('statuses:changed', [status]);
  };

  const planOf = (request: RunRequest, byContent: boolean) =>
    fakePlan(snapshot, statuses, request, byContent);

  const active = () => runs.find((run) => run.endedAt === null);
  const changeJob = (action: string, change: Partial<Job>) => {
    const run = active();
    const before = run?.jobs.find((job) => job.action === action);
    if (run === undefined || before === undefined) throw new Error(`No job of ${action} is open.`);
    const job: Job = {...before, ...change};
    runs = runs.map((other) =>
      other.id === run.id
        ? {...other, jobs: other.jobs.map((known) => (known.id === job.id ? job : known))}
        : other,
    );
    emit('run:event', {event: 'job', runId: run.id, job});
    const status = statusOf(action);
    if (status !== undefined) {
      const {state, statusCode, message, startedAt, completedAt, exitCode} = job;
      const done = state === 'succeeded';
      setStatus({
        ...status,
        lastJob: {
          ...{jobId: job.id, runId: run.id, state, statusCode, message, startedAt, completedAt},
          ...{
            exitCode,
            peakMemoryBytes: job.peakMemoryBytes,
            cpuSeconds: null,
            outOfMemoryBytes: null,
            notCollected: 0,
          },
          ranBy: 'study-desk',
        },
        ...(done
          ? {outputsPresent: true, provenance: {kind: 'up-to-date', markedBecause: null}}
          : {}),
      });
    }
    return job;
  };
  const info = (): AppInfo => ({
    electronVersion: '45.4.1',
    developmentElectron: false,
    editorFound: null,
    recents: [],
    ...{initialDir: null, openingError: null, updatedFrom: null},
    ...options.info,
    settings,
  });

  const handlers: FakeAnswers = {
    'app:info': async () => good(info()),
    'app:copyReport': async () => good(null),
    'app:saveSettings': async (arg) => good((settings = {...settings, user: arg.settings})),
    'app:chooseFolder': async () => good(snapshot.dir),
    'project:open': async () => good(snapshot),
    'project:expect': async () => good(null),
    'project:close': async () => good(null),
    'provenance:statuses': async () => good(statuses),
    'project:git': async () =>
      good({branch: 'main', commit: 'a1f3c9e5d0b1c2d3', dirtyFiles: ['analysis/model.R']}),
    'settings:own': async () => good(own),
    'settings:saveOwn': async (arg) => good((own = {settings: arg.settings, faults: []})),
    'view:load': async () => good(view),
    'view:lastSeen': async () => good(null),
    'view:saveSeen': async () => good(null),
    'view:save': async (arg) => {
      view = arg.json;
      return good(null);
    },
    'project:openInEditor': async () => good(null),
    'project:noteUnsaved': async () => good(null),
    'project:readCode': async ({path}) =>
      path.startsWith('analysis/')
        ? good({text: `# ${path}\nfirst\nsecond\n`, readOnly: null})
        : refuse(`${path} can’t be read.`),
    'project:previewFix': async () => refuse('Not in the fake study.'),
    'plan:prepare': async ({request, options: runOptions}) => {
      const plan = planOf(request, true);
      prepared += 1;
      const id = `run${prepared}`;
      const made: PreparedRun = {
        ...{id, request, options: runOptions, findings},
        plan,
        referencePlan: planOf({...request, force: [], takeOut: []}, false),
        reusedOutOfDate: [],
        reusedByTimes: [],
        jobs: plan.jobs.map(({action}) => {
          const status = statusOf(action);
          return {
            action,
            outOfDateReasons:
              status?.provenance.kind === 'out-of-date' ? status.provenance.reasons : [],
            expectedSeconds: status?.expectedSeconds ?? null,
            missing: [],
            ...{endedAt: null, endedAs: null, endedBecause: ''},
            overwrites: fakeOutputs(options.actions)
              .outputs.filter((file) => file.action === action)
              .map((file) => file.path),
          };
        }),
        images: [
          {image: 'ghcr.io/opensafely-core/r:v2', present: true, id: 'sha256:1', sizeBytes: 2e9},
          {image: 'ghcr.io/opensafely-core/python:v2', present: false, id: null, sizeBytes: 1.2e9},
        ],
        expectedSeconds: plan.jobs.length * 161,
      };
      preparations.set(id, made);
      return good(made);
    },
    'runs:start': async ({preparedId: id}) => {
      const made = preparations.get(id);
      if (made === undefined) return refuse('This plan has expired.');
      const {request, plan, options: runOptions} = made;
      const run: RunRecord = {
        ...{format: 1, id, startedAt: now(), endedAt: null, outcome: null, request, plan},
        options: runOptions,
        git: null,
        jobs: plan.jobs.map((job) => fakeJob(id, job, now())),
      };
      runs = [run, ...runs];
      emit('run:event', {event: 'started', run});
      for (const job of run.jobs) changeJob(job.action, {});
      return good({kind: 'started', runId: id});
    },
    'runs:cancel': async ({action}) => {
      for (const job of active()?.jobs ?? []) {
        if (!isFinal(job.statusCode) && (action === null || job.action === action)) {
          changeJob(job.action, {
            ...{state: 'cancelled', statusCode: 'cancelled_by_user', message: 'Cancelled by you'},
            completedAt: now(),
          });
        }
      }
      if (action === null) finish();
      return good(null);
    },
    'runs:list': async () => good(runs),
    'runs:active': async () => good(active() === undefined ? [] : [active()?.id ?? '']),
    'runs:queue': async () => good([]),
    'runs:unfinished': async () => good(null),
    'runs:giveUp': async () => good(null),
    'runs:takeOver': async () => good(null),
    'plan:overrides': async () => good(overrides),
    'plan:saveOverride': async ({action, override}) => {
      const {[action]: _old, ...others} = overrides;
      overrides = override === null ? others : {...others, [action]: override};
      return good(overrides);
    },
    ...fakeLogs(
      logs,
      () => runs,
      (found) => emit('log:found', found),
    ),
    'failures:why': async () => ok(null),
    'failures:causes': async () => ok([]),
    'logs:follow': async ({jobId}) => {
      followed = jobId;
      return good(null);
    },
    'outputs:list': async () => good(fakeOutputs(options.actions)),
    'outputs:read': async ({path}) => {
      const content = options.files?.[path];
      return content === undefined ? refuse(`${path} can’t be read.`) : good(content);
    },
    ...fakeTables(options.tables ?? {}),
    'outputs:clear': async () => good({files: []}),
    'provenance:changes': async () =>
      good('@@ -1,2 +1,2 @@\n library(survival)\n-x <- 1\n+x <- 2\n'),
    'provenance:mark': async ({action, reason}) => {
      const status = statusOf(action);
      if (status !== undefined)
        setStatus({...status, provenance: {kind: 'up-to-date', markedBecause: reason}});
      return good(null);
    },
    'provenance:restorable': async () => good([]),
    'provenance:cacheUsage': async () => good({bytes: 0, files: 0}),
    ...fakeEngines,
    ...fakeImages,
    'datasets:list': async () => good([]),
    'datasets:testFiles': async () => good([]),
    'shells:list': async () => good([]),
    'tools:running': async () => good([]),
    'tools:open': async () => good(null),
    'doctor:check': async () => good([]),
    'doctor:stop': async () => good(null),
    'cleanUp:preview': async () =>
      good({leftovers: [], forGood: [], engineError: null, leftOut: null}),
  };

  const finish = () => {
    const run = active();
    if (run === undefined) return;
    const jobs = run.jobs;
    const succeeded = jobs.every((job) => job.state === 'succeeded');
    const cancelled = jobs.some((job) => job.statusCode === 'cancelled_by_user');
    const outcome = succeeded ? 'succeeded' : cancelled ? 'cancelled' : 'failed';
    runs = runs.map((other) => (other.id === run.id ? {...other, endedAt: now(), outcome} : other));
    emit('run:event', {event: 'finished', runId: run.id, outcome, cancelled, error: null, jobs});
  };

  return {
    asked,
    emit,
    answer: (name, handler) => {
      // as below
      Object.assign(handlers, {[name]: handler});
    },
    find: (found) => {
      findings = found;
    },
    request: <N extends RequestName>(name: N, arg: RequestArg<N>) => {
      asked.push({name, arg});
      // the record is keyed by name, which the compiler can't follow through N
      const handler = handlers[name] as ((arg: RequestArg<N>) => RequestAnswer<N>) | undefined;
      if (handler === undefined) throw new Error(`The fake host has no answer to ${name}.`);
      return handler(arg);
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    pathOfFile: () => snapshot.dir,
    run: {
      start: (action) => {
        changeJob(action, {
          ...{state: 'running', statusCode: 'executing', message: 'Executing'},
          startedAt: now(),
          logFile: `metadata/${action}.log`,
        });
      },
      log: (action, texts) => {
        const job = active()?.jobs.find((known) => known.action === action);
        if (job === undefined) throw new Error(`No job of ${action} is open.`);
        const lines = logs.get(job.id) ?? [];
        const firstSeq = lines.length;
        const added = texts.map((text): LogLine => ({time: now(), stream: 'stdout', text}));
        logs.set(job.id, [...lines, ...added]);
        if (followed === job.id) emit('log:batch', {jobId: job.id, action, firstSeq, lines: added});
      },
      end: (action, outcome, message = 'Completed successfully') => {
        changeJob(action, {
          ...{state: outcome, message, completedAt: now()},
          statusCode: outcome === 'succeeded' ? 'succeeded' : 'nonzero_exit',
          exitCode: outcome === 'succeeded' ? 0 : 1,
        });
      },
      finish,
    },
  };
}
