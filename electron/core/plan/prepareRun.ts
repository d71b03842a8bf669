import {setTimeout as delay} from 'node:timers/promises';
import type {EngineStatus, ImageState} from '../../../shared/engine';
import type {AppError} from '../../../shared/errors';
import type {RunRequest} from '../../../shared/plan';
import type {RunFinding, PreparedRun} from '../../../shared/preview';
import {ok, type Result} from '../../../shared/result';
import type {RunOptions} from '../../../shared/run';
import type {ActionOverride} from '../../../shared/settings';
import {readOverrides} from '../../runs/actionOverrides';
import type {ActionPast} from '../../runs/runHistory';
import type {JobDefinition} from '../../runs/runPorts';
import type {JobUse} from './memoryFit';
import {defineJobs, isReusable, plannedImages, type DefinedJobs} from './jobDefinitions';
import {previewPlan, type PlanFacts} from './planPreview';
import {freeDiskBytes, runFindings} from './runChecks';
import type {OtherRunner} from '../../runs/otherRunner';
import type {StudyState} from '../studyState';
import {readdir, readlink, realpath} from 'node:fs/promises';
import {join} from 'node:path';

/** How long a plan waits for an engine that does not answer; it counts as not having answered then. */
const ENGINE_MS = 1500;
/** How long the engine may take to say which images are here. */
const IMAGES_MS = 10_000;

/** A request worked out, with what carrying it out takes besides. */
export interface Preparation {
  readonly prepared: PreparedRun;
  readonly facts: PlanFacts;
  readonly overrides: Readonly<Record<string, ActionOverride>>;
  /** By action, as far as they are known without asking anybody: those of reusable actions are not. */
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  /** Why jobs can't be made definite; the findings block the run then. */
  readonly undefined: AppError | null;
  /** The job of the latest success of each planned action that has one, when this was made. */
  readonly successes: ReadonlyMap<string, string>;
}

/** What preparing takes. */
export interface PrepareOptions {
  readonly state: StudyState;
  /** Ten hexadecimal digits: the id that the run will have. */
  readonly id: string;
  readonly facts: PlanFacts;
  readonly findOther: (options: RunOptions) => Promise<OtherRunner>;
}

/**
 * Works a request out once, for the tray and for the run alike: plan, definitions, images and findings, in this order.
 * Nothing is fetched, pulled or written.
 */
export async function prepareRun(
  {state, id, facts, findOther}: PrepareOptions,
  request: RunRequest,
  options: RunOptions,
): Promise<Result<Preparation, AppError>> {
  const {context, folder} = state;
  const preview = await previewPlan(facts, request, options.concurrency);
  if (!preview.ok) return preview;
  const {plan} = preview.value;
  const planned = new Set(plan.jobs.map(({action}) => action));
  const successes = new Map(
    [...planned].flatMap((action) => {
      const success = facts.history.past(action)?.success ?? null;
      return success === null ? [] : [[action, success.jobId] as const];
    }),
  );
  const actions = facts.project.actions.filter(({name}) => planned.has(name));
  const overrides = await readOverrides(folder);
  const needed = await plannedImages(actions, context.registry(), context.reusableImageHere);
  const needsStata = needed.images.some((image) => image.includes('/stata-mp:'));
  const overwrites = preview.value.jobs.flatMap((job) => job.overwrites);

  const [engine, licence, otherRunner, freeBytes, openOutputs] = await Promise.all([
    engineSoon(state, options),
    needsStata ? context.stataLicence() : null,
    findOther(options),
    freeDiskBytes(folder.study),
    openElsewhere(folder.study, overwrites),
  ]);
  const store = context.executors.imagesOf(options.executor);
  const signal = AbortSignal.timeout(IMAGES_MS);
  // the size of a missing image is asked of its registry: not where nothing may be downloaded
  const images: Result<readonly ImageState[], AppError> =
    engine.state !== 'ready'
      ? ok([])
      : await (options.pull || options.executor === 'process'
          ? store.images(needed.images, signal)
          : store.details(needed.images, signal));

  const known = actions.filter((action) => !isReusable(action));
  const defined = await defineJobs({
    actions: known,
    options,
    overrides,
    registry: context.registry(),
    resolveReusable: (image) => context.resolveReusable(image, options.pull),
    stataLicence: async () => licence,
  });

  const {limits} = options;
  const memory = actions.map(({name}) => overrides[name]?.memoryBytes ?? limits.memoryBytes);
  const cpus = actions.map(({name}) => overrides[name]?.cpus ?? limits.cpus);
  const findings: readonly RunFinding[] = runFindings({
    options,
    engine,
    largestMemoryBytes: actions.length === 0 ? limits.memoryBytes : Math.max(...memory),
    largestCpus: actions.length === 0 ? limits.cpus : Math.max(...cpus),
    uses: actions.map(({name}, index) => ({
      action: name,
      limitBytes: memory[index] ?? limits.memoryBytes,
      ...jobUse(facts.history.past(name)),
    })),
    preview: preview.value,
    images: images.ok ? images.value : [],
    imagesError: images.ok ? null : images.error,
    notYetKnown: needed.notYetKnown,
    otherRunner,
    stataLicence: !needsStata ? null : licence === null ? 'missing' : 'present',
    freeBytes,
    openOutputs,
    damage: state.damage(),
  });
  return ok({
    prepared: {
      ...preview.value,
      images: images.ok ? images.value : [],
      id,
      request,
      options,
      findings,
    },
    facts,
    overrides,
    definitions: defined.ok ? defined.value.definitions : new Map(),
    undefined: defined.ok ? null : defined.error,
    successes,
  });
}

/** What an action's latest attempts took. */
function jobUse(past: ActionPast | null): Pick<JobUse, 'peakBytes' | 'cpus'> {
  const peaks = past?.uses.flatMap(({peakMemoryBytes}) => peakMemoryBytes ?? []) ?? [];
  const cpus = past?.uses.flatMap((use) => use.cpus ?? []) ?? [];
  return {
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
    cpus: cpus.length === 0 ? null : Math.max(...cpus),
  };
}

/** The engine's state now, or what was last known of it where it takes too long to answer. */
function engineSoon({context}: StudyState, {executor}: RunOptions): Promise<EngineStatus> {
  const {executors} = context;
  return Promise.race([
    executors.check(executor),
    delay(ENGINE_MS, undefined, {ref: false}).then(() => executors.status(executor)),
  ]);
}

/** Makes every job of a preparation definite; reusable actions are looked up and fetched where they are not here. */
export function defineAllJobs(
  state: StudyState,
  {prepared, facts, overrides}: Preparation,
): Promise<Result<DefinedJobs, AppError>> {
  const {context} = state;
  const planned = new Set(prepared.plan.jobs.map(({action}) => action));
  return defineJobs({
    actions: facts.project.actions.filter(({name}) => planned.has(name)),
    options: prepared.options,
    overrides,
    registry: context.registry(),
    resolveReusable: (image) => context.resolveReusable(image, prepared.options.pull),
    stataLicence: context.stataLicence,
  });
}

/**
 * Which of these study-relative files another program has open. Linux shows it through /proc; Windows
 * refuses the replacement itself, which the error then says, and macOS replaces open files without harm.
 */
async function openElsewhere(
  studyDir: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  if (process.platform !== 'linux' || paths.length === 0) return [];
  const wanted = new Map<string, string>();
  for (const path of paths) {
    const real = await realpath(join(studyDir, path)).catch(() => null);
    if (real !== null) wanted.set(real, path);
  }
  const open = new Set<string>();
  for (const pid of await readdir('/proc').catch((): string[] => [])) {
    if (!/^\d+$/u.test(pid) || Number(pid) === process.pid) continue;
    const files = `/proc/${pid}/fd`;
    for (const file of await readdir(files).catch((): string[] => [])) {
      const path = wanted.get(await readlink(join(files, file)).catch(() => ''));
      if (path !== undefined) open.add(path);
    }
  }
  return paths.filter((path) => open.has(path));
}
