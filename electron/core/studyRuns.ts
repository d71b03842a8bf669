import type {ImageState} from '../../shared/engine';
import {appError, type AppError} from '../../shared/errors';
import type {Job} from '../../shared/job';
import type {Plan, RunRequest} from '../../shared/plan';
import type {PlanPreview, Finding} from '../../shared/preview';
import type {Project} from '../../shared/project';
import {err, ok, type Result} from '../../shared/result';
import type {RunEvent, RunOptions} from '../../shared/run';
import type {StudySnapshot} from '../../shared/study';
import {readGitState} from '../git/gitState';
import {checkModerate} from '../outputs/checkModerate';
import {matchOutputs} from '../outputs/matchOutputs';
import {parseJobWeights} from '../planner/jobWeights';
import {readOverrides} from '../runs/actionOverrides';
import type {Executor} from '../engine/executor';
import {readOpensafelyJobs} from '../runs/opensafelyState';
import {otherRunner, type OtherRunner} from '../runs/otherRunner';
import type {RunHistory} from '../runs/runHistory';
import type {JobSuccess, RunPorts} from '../runs/runPorts';
import {createRunService, type RunService} from '../runs/runService';
import {prepareStudyFolder, type StudyFolder} from '../runs/studyFolder';
import {defineJobs, plannedImages, type DefinedJobs} from './jobDefinitions';
import {createJobStaging} from './jobStaging';
import {planFor, type PlanFacts} from './planPreview';
import {freeDiskBytes, preflightFindings} from './preflight';
import {pullMissing} from './pullMissing';
import {openElsewhere} from './openElsewhere';
import {readWeightsFile} from './readWeightsFile';
import type {Answer, StudyContext} from './studyContext';

/** What running jobs in a study takes. */
export interface StudyRunsOptions {
  readonly context: StudyContext;
  readonly folder: StudyFolder;
  readonly history: RunHistory;
  readonly snapshot: () => StudySnapshot;
  /** The facts for a plan, looked up afresh; an error where project.yaml is invalid. */
  readonly planFacts: () => Answer<PlanFacts>;
  readonly preview: (request: RunRequest) => Answer<PlanPreview>;
  readonly emit: (event: RunEvent) => void;
  /** Told at once of each job's end. */
  readonly onEnded: (job: Job) => void;
  readonly onSuccess: (success: JobSuccess) => Promise<void>;
}

/** The runs of an open study. */
export interface StudyRuns {
  readonly service: RunService;
  /** Takes up what a former process left, once. */
  recover(): Promise<void>;
  preflight(request: RunRequest, options: RunOptions): Answer<readonly Finding[]>;
  start(request: RunRequest, options: RunOptions): Answer<string>;
}

/** Creates the runs of a study. */
export function createStudyRuns(options: StudyRunsOptions): StudyRuns {
  const {context, folder, history} = options;
  const service = createRunService({
    folder,
    executorOf: (kind) => context.executors.of(kind),
    now: context.now,
    newRunId: context.newRunId,
    emit: options.emit,
    logLimitBytes: () => context.settings().logLimitBytes,
  });
  let recovery: Promise<void> | null = null;

  const ports = (
    executor: Executor,
    studyId: string,
    project: Project,
    codeDirs: ReadonlyMap<string, string>,
  ): RunPorts => ({
    folder,
    workspace: options.snapshot().name,
    studyId,
    executor,
    rules: {match: matchOutputs, checkModerate},
    now: context.now,
    stage: createJobStaging(folder.study, project, history, codeDirs, (message) => {
      for (const {id} of service.active())
        options.emit({event: 'notice', runId: id, level: 'warning', message});
    }),
    onEnded: options.onEnded,
    onSuccess: options.onSuccess,
  });

  const findOther = async (executor: Executor): Promise<OtherRunner> => {
    const workspace = options.snapshot().name;
    const containers =
      executor.kind === 'docker' && (await executor.foreignRunner(workspace).catch(() => false));
    const jobs = await readOpensafelyJobs(folder.study, workspace);
    history.noteOpensafely(jobs);
    return otherRunner(containers, jobs, context.now() / 1000);
  };

  const recoverOnce = async (): Promise<void> => {
    const unfinished = await service.unfinished();
    if (unfinished.length === 0) return;
    const prepared = await prepareStudyFolder(folder);
    if (!prepared.ok) return;
    const studyId = prepared.value;
    const {project} = options.snapshot();
    const empty: Project = {version: 5, populationSize: null, actions: [], runAll: []};
    await service.recover((executor) => ports(executor, studyId, project ?? empty, new Map()));
  };

  const recover = (): Promise<void> => {
    recovery ??= recoverOnce().catch(() => undefined);
    return recovery;
  };

  /** Everything that can be known to be wrong before a run is known here, and nothing has happened yet. */
  const settle = async (
    request: RunRequest,
    runOptions: RunOptions,
  ): Promise<
    Result<
      {
        readonly facts: PlanFacts;
        readonly plan: Plan;
        readonly jobs: DefinedJobs;
        readonly images: readonly ImageState[];
        readonly notices: readonly string[];
      },
      AppError
    >
  > => {
    const facts = await options.planFacts();
    if (!facts.ok) return facts;
    const executor = context.executors.of(runOptions.executor);
    const other = await findOther(executor);
    if (other.kind === 'running') return err(other.error);
    const plan = planFor(facts.value, request);
    if (!plan.ok) return plan;
    const jobs = await defineJobs({
      project: facts.value.project,
      plan: plan.value,
      options: runOptions,
      overrides: await readOverrides(folder),
      registry: context.registry,
      resolveReusable: context.resolveReusable,
      stataLicence: context.stataLicence,
    });
    if (!jobs.ok) return jobs;
    const names = new Set([...jobs.value.definitions.values()].map(({image}) => image));
    const images = await executor.images([...names], AbortSignal.timeout(30_000));
    if (!images.ok) return images;
    const missing = images.value.filter(({present}) => !present);
    if (missing.length > 0 && !runOptions.pull) return err(missingImages(missing));
    const notices = [...jobs.value.notices, ...(other.kind === 'left-over' ? [other.message] : [])];
    return ok({
      facts: facts.value,
      plan: plan.value,
      jobs: jobs.value,
      images: images.value,
      notices,
    });
  };

  return {
    service,
    recover,

    async start(request, runOptions) {
      await recover();
      const settled = await settle(request, runOptions);
      if (!settled.ok) return settled;
      const prepared = await prepareStudyFolder(folder);
      if (!prepared.ok) return prepared;
      const {facts, plan, jobs, images, notices} = settled.value;
      const executor = context.executors.of(runOptions.executor);
      const weights = parseJobWeights(await readWeightsFile(folder.study), options.snapshot().name);
      return service.start({
        ports: ports(executor, prepared.value, facts.project, jobs.codeDirs),
        request,
        options: runOptions,
        plan,
        definitions: jobs.definitions,
        git: await readGitState(folder.study),
        weightOf: weights,
        notices,
        beforeJobs: (runId, signal) => pullMissing(executor, images, runId, options.emit, signal),
      });
    },

    async preflight(request, runOptions) {
      const executor = context.executors.of(runOptions.executor);
      const preview = await options.preview(request);
      const plan = preview.ok ? preview.value.plan : {jobs: [], skipped: []};
      const overrides = await readOverrides(folder);
      const planned = new Set(plan.jobs.map(({action}) => action));
      const actions = (options.snapshot().project?.actions ?? []).filter(({name}) =>
        planned.has(name),
      );
      const engine = await context.executors.check(runOptions.executor);
      const needed = await plannedImages(actions, context.registry, context.reusableImageHere);
      const images =
        engine.state === 'ready'
          ? await executor.images(needed.images, AbortSignal.timeout(30_000))
          : ok<readonly ImageState[]>([]);
      // what each job of the plan is given: its own limit in place of the run's
      const {limits} = runOptions;
      const memory = actions.map(({name}) => overrides[name]?.memoryBytes ?? limits.memoryBytes);
      const cpus = actions.map(({name}) => overrides[name]?.cpus ?? limits.cpus);
      const needsStata = needed.images.some((image) => image.includes('/stata-mp:'));
      const licence = needsStata ? await context.stataLicence() : null;
      const overwrites = preview.ok ? preview.value.jobs.flatMap((job) => job.overwrites) : [];
      return ok(
        preflightFindings({
          snapshot: options.snapshot(),
          options: runOptions,
          engine,
          largestMemoryBytes: actions.length === 0 ? limits.memoryBytes : Math.max(...memory),
          largestCpus: actions.length === 0 ? limits.cpus : Math.max(...cpus),
          preview: preview.ok ? preview.value : null,
          images: images.ok ? images.value : [],
          notYetKnown: needed.notYetKnown,
          otherRunner: await findOther(executor),
          stataLicence: !needsStata ? null : licence === null ? 'missing' : 'present',
          freeBytes: await freeDiskBytes(folder.study),
          openOutputs: await openElsewhere(folder.study, overwrites),
        }),
      );
    },
  };
}

function missingImages(missing: readonly ImageState[]): AppError {
  const names = missing.map(({image}) => image).join(', ');
  return appError('image-missing', `These images are not on this computer: ${names}.`, {
    hint: 'Allow them to be downloaded, or load them into the container engine.',
  });
}
