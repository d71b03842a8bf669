import type {ActionGraph} from '../../../shared/graph';
import type {OutputsListing} from '../../../shared/output';
import type {Action, OutputPattern, Project} from '../../../shared/project';
import type {Tier} from '../../../shared/sensitivity';
import type {StatusCode} from '../../../shared/job';
import type {ActionState, ActionStatus, OutOfDateReason, Provenance} from '../../../shared/status';
import type {StudySnapshot} from '../../../shared/study';

/** An action in short, from which the fake study is built. */
export interface FakeAction {
  readonly name: string;
  /** E.g. `r:v2 analysis/model.R`. */
  readonly run: string;
  readonly needs?: readonly string[];
  readonly outputs?: Readonly<Partial<Record<Tier, readonly string[]>>>;
  /** Ended with success long ago unless said otherwise. */
  readonly state?: 'done' | 'failed' | 'never';
  readonly provenance?: Provenance;
}

const SPAN = {line: 1, column: 1, endLine: 1, endColumn: 1};

/** When everything in a fake study that was done was done. */
export const FAKE_DONE_AT = '2026-03-14T11:58:00.000Z';

function actionOf(fake: FakeAction, index: number): Action {
  const argv = fake.run.split(' ');
  const [imageName = '', imageTag = ''] = (argv[0] ?? '').split(':');
  const outputs = Object.entries(fake.outputs ?? {}).flatMap(([tier, patterns]) =>
    patterns.map(
      // the keys of the record above are tiers
      (pattern, at): OutputPattern => ({
        tier: tier as Tier,
        label: `out${at}`,
        pattern,
        span: SPAN,
      }),
    ),
  );
  return {
    name: fake.name,
    run: {raw: fake.run, argv, imageName, imageTag, span: SPAN},
    needs: fake.needs ?? [],
    outputs,
    tiers: [...new Set(outputs.map(({tier}) => tier))],
    configJson: null,
    containerArgs: argv.slice(1),
    commandWithConfig: null,
    dummyDataFile: null,
    usesDatabase: imageName === 'ehrql',
    span: {...SPAN, line: index * 8 + 5, endLine: index * 8 + 5},
  };
}

function graphOf(actions: readonly Action[]): ActionGraph {
  const names = actions.map((action) => action.name);
  const upstream = new Map(actions.map((action) => [action.name, action.needs]));
  const downstream = new Map(
    names.map((name) => [
      name,
      actions.filter((action) => action.needs.includes(name)).map((action) => action.name),
    ]),
  );
  const rank = new Map<string, number>();
  for (const action of actions) {
    rank.set(action.name, Math.max(-1, ...action.needs.map((need) => rank.get(need) ?? 0)) + 1);
  }
  return {names, upstream, downstream, rank};
}

/** A study as the host would describe it; needs must come before what needs them. */
export function fakeSnapshot(
  fakes: readonly FakeAction[],
  name = 'covid-vaccine-outcomes',
): StudySnapshot {
  const actions = fakes.map(actionOf);
  const project: Project = {
    version: 4,
    populationSize: null,
    actions,
    runAll: actions.map((action) => action.name),
  };
  return {
    dir: `/studies/${name}`,
    name,
    revision: 1,
    text: 'version: "4.0"\n',
    reading: {valid: true, acceptedByReference: true, version: 4, problems: [], project},
    project,
    graph: graphOf(actions),
    broken: false,
    fromBefore: false,
    unreadable: null,
    scripts: new Map(
      actions.flatMap((action) => {
        const script = action.run.argv.find((part) => /\.(R|py)$/.test(part));
        return script === undefined ? [] : [[action.name, script] as const];
      }),
    ),
  };
}

/** Status codes that put a job into these states. */
const CODES = {
  waiting: 'waiting_on_workers',
  'waiting-for-engine': 'executing',
  running: 'executing',
  blocked: 'dependency_failed',
  'not-started': 'not_started',
  'cut-off': 'cut_off',
  failed: 'nonzero_exit',
  cancelled: 'cancelled_by_user',
} as const satisfies Partial<Record<ActionState, StatusCode>>;

const WHY: OutOfDateReason = {
  ...{kind: 'code', message: '`analysis/a.R` changed (3 lines)', path: 'analysis/a.R'},
  changedAt: null,
};

const PROVENANCES: Readonly<Record<Exclude<ActionState, keyof typeof CODES>, Provenance>> = {
  'up-to-date': {kind: 'up-to-date', markedBecause: null},
  'up-to-date-by-times': {kind: 'up-to-date-by-times', notCompared: ['the image']},
  supplied: {kind: 'supplied', from: 'release 12', on: '2026-11-30'},
  'out-of-date': {kind: 'out-of-date', reasons: [WHY]},
  'upstream-out-of-date': {kind: 'upstream-out-of-date', because: ['b']},
  checking: {kind: 'checking'},
  'not-verified': {
    kind: 'not-verified',
    reasons: [{...WHY, kind: 'not-verified', message: 'Its record can’t be read', path: null}],
  },
  'outputs-missing': {kind: 'up-to-date', markedBecause: null},
  'never-run': {kind: 'never-run'},
  'has-errors': {
    kind: 'has-errors',
    problems: [{message: '`frist` is no action of this file.', line: 12}],
  },
};

/** A status of an action that has succeeded, changed so that the action is in this state. */
export function inState(status: ActionStatus, wanted: ActionState): ActionStatus {
  const {lastJob} = status;
  if (lastJob === null) throw new Error('A status with a job is needed.');
  if (wanted === 'never-run') return {...status, lastJob: null, provenance: {kind: 'never-run'}};
  if (wanted in CODES) {
    const statusCode = CODES[wanted as keyof typeof CODES];
    const state = wanted as keyof typeof CODES;
    return {...status, outcome: null, lastJob: {...lastJob, statusCode, state}};
  }
  return {
    ...status,
    outputsPresent: wanted !== 'outputs-missing',
    provenance: PROVENANCES[wanted as keyof typeof PROVENANCES],
  };
}

/** The status of each action of a fake study. */
export function fakeStatuses(fakes: readonly FakeAction[]): readonly ActionStatus[] {
  return fakes.map((fake): ActionStatus => {
    const state = fake.state ?? 'done';
    const counts = (tier: Tier) => (state === 'done' ? (fake.outputs?.[tier]?.length ?? 0) : 0);
    return {
      action: fake.name,
      lastJob:
        state === 'never'
          ? null
          : {
              jobId: `old-${fake.name}`,
              runId: 'old',
              state: state === 'done' ? 'succeeded' : 'failed',
              statusCode: state === 'done' ? 'succeeded' : 'nonzero_exit',
              message: state === 'done' ? 'Completed successfully' : 'Job exited with an error',
              startedAt: '2026-03-14T11:55:19.000Z',
              completedAt: FAKE_DONE_AT,
              exitCode: state === 'done' ? 0 : 1,
              peakMemoryBytes: 1_288_490_189,
              cpuSeconds: 90,
              outOfMemoryBytes: null,
              notCollected: 0,
              ranBy: 'study-desk',
            },
      outcome: state === 'done' ? 'succeeded' : state === 'failed' ? 'failed' : null,
      outputsPresent: state === 'done',
      outputCounts: {
        highly_sensitive: counts('highly_sensitive'),
        moderately_sensitive: counts('moderately_sensitive'),
        minimally_sensitive: counts('minimally_sensitive'),
      },
      provenance:
        fake.provenance ??
        (state === 'done' ? {kind: 'up-to-date', markedBecause: null} : {kind: 'never-run'}),
      expectedSeconds: state === 'done' ? 161 : null,
    };
  });
}

/** What the outputs list shows of a fake study: one file for each pattern of what was done. */
export function fakeOutputs(fakes: readonly FakeAction[]): OutputsListing {
  const listed = fakes.flatMap((fake) =>
    Object.entries(fake.outputs ?? {}).flatMap(([tier, patterns]) =>
      patterns.map((pattern) => ({fake, tier: tier as Tier, pattern})),
    ),
  );
  const pathOf = (pattern: string) => pattern.replace('*', 'all');
  return {
    outputs: listed
      .filter(({fake}) => (fake.state ?? 'done') === 'done')
      .map(({fake, tier, pattern}, index) => ({
        path: pathOf(pattern),
        tier,
        size: 412 * (index + 1) ** 3,
        sha256: `sha-${pattern}`,
        action: fake.name,
        producedAt: FAKE_DONE_AT,
        runId: 'r1',
        present: true,
        excludedReason: null,
      })),
    patterns: listed.map(({fake, tier, pattern}) => ({
      action: fake.name,
      tier,
      pattern,
      files: (fake.state ?? 'done') === 'done' ? [pathOf(pattern)] : [],
    })),
    orphans: [],
  };
}
