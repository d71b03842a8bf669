import type {JobState} from '../../../shared/job';
import type {ActionGraph} from '../../../shared/graph';
import type {Action, OutputPattern, Project} from '../../../shared/project';
import type {Tier} from '../../../shared/sensitivity';
import type {ActionStatus} from '../../../shared/status';

const NOWHERE = {line: 1, column: 1, endLine: 1, endColumn: 1};

/** An action in short: `image` and `tier` default to `r:v2` and moderately sensitive. */
export interface ShortAction {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly image?: string;
  readonly script?: string;
  readonly output?: string;
  readonly tier?: Tier;
}

/** Builds an action as parsed from project.yaml. */
export function actionOf(short: ShortAction): Action {
  const image = short.image ?? 'r:v2';
  const [imageName = '', imageTag = ''] = image.split(':');
  const argv = [image, ...(short.script === undefined ? [] : [short.script])];
  const output: OutputPattern = {
    tier: short.tier ?? 'moderately_sensitive',
    label: 'out',
    pattern: short.output ?? `output/${short.name}.csv`,
    span: NOWHERE,
  };
  return {
    name: short.name,
    run: {raw: argv.join(' '), argv, imageName, imageTag, span: NOWHERE},
    needs: short.needs ?? [],
    outputs: [output],
    tiers: [output.tier],
    configJson: null,
    containerArgs: argv.slice(1),
    commandWithConfig: null,
    dummyDataFile: null,
    usesDatabase: imageName === 'ehrql',
    span: NOWHERE,
  };
}

/** Builds a project in file order. */
export function projectOf(actions: readonly ShortAction[]): Project {
  const names = actions.map((action) => action.name);
  return {version: 5, populationSize: null, actions: actions.map(actionOf), runAll: names};
}

/** Builds the graph of a project; ranks are not needed here. */
export function graphOf(project: Project): ActionGraph {
  const names = project.actions.map((action) => action.name);
  const upstream = new Map(
    project.actions.map((action) => [action.name, [...new Set(action.needs)]]),
  );
  const downstream = new Map(
    names.map((name) => [name, names.filter((other) => upstream.get(other)?.includes(name))]),
  );
  return {names, upstream, downstream, rank: new Map(names.map((name) => [name, 0]))};
}

/** A status with everything unsaid left at never run. */
export const statusOf = (action: string, parts: Partial<ActionStatus> = {}): ActionStatus => ({
  action,
  lastJob: null,
  outcome: null,
  outputsPresent: false,
  outputCounts: {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0},
  provenance: {kind: 'never-run'},
  expectedSeconds: null,
  ...parts,
});

/** A last job in the given state. */
export function lastJob(
  state: JobState,
  statusCode: NonNullable<ActionStatus['lastJob']>['statusCode'],
): NonNullable<ActionStatus['lastJob']> {
  return {
    jobId: 'job',
    runId: 'run',
    state,
    statusCode,
    message: '',
    startedAt: null,
    completedAt: null,
    exitCode: null,
    peakMemoryBytes: null,
    cpuSeconds: null,
    outOfMemoryBytes: null,
    notCollected: 0,
    ranBy: 'study-desk',
  };
}
