import {err, ok} from '../../shared/result';
import type {RunEvent} from '../../shared/run';
import type {StudySnapshot} from '../../shared/study';
import {refusedFolder} from '../files/refusedFolder';
import {readGitState} from '../git/gitState';
import {studyFolder} from '../runs/studyFolder';
import {readNewestRuns} from '../runs/runStore';
import {createChangesFacet} from './changes/changesFacet';
import {CleanUpOfStudy} from './cleanUp/cleanUpFacet';
import {createCodelistsFacet, watchCodelists} from './codelists/codelistsFacet';
import {KnownDefinitions} from './datasets/definitionChecks';
import {createDatasetsFacet} from './datasets/datasetsFacet';
import {createDoctorFacet} from './doctor/doctorFacet';
import {createEnginesFacet} from './engines/enginesFacet';
import {createFailuresFacet} from './failures/failuresFacet';
import {createImagesFacet} from './engines/imagesFacet';
import {createLogsFacet} from './logs/logsFacet';
import {createOutputsFacet} from './outputs/outputsFacet';
import {createStudyPlans} from './plan/planFacet';
import {createProjectFacet, type ProjectFacet, type StudyProject} from './project/projectFacet';
import {renameAction} from './project/renameAction';
import {createProvenanceFacet, createStudyChecks} from './provenance/provenanceFacet';
import {createReadyFacet} from './ready/readyFacet';
import {createRecordsFacet} from './doctor/recordsFacet';
import {ReleaseOfStudy} from './release/releaseFacet';
import {keepFollowing} from './runs/followElsewhere';
import {readPast} from './runs/readPast';
import {createRunsElsewhere} from './runs/runsElsewhere';
import {StudyRuns} from './runs/runsFacet';
import {createShellsFacet} from './tools/shellsFacet';
import {openStudySettings} from './settings/settingsFacet';
import {createStudyNeeds} from './project/studyNeeds';
import type {Study} from './study';
import type {Answer, StudyContext} from './studyContext';
import {createStudyPorts} from './runs/studyPorts';
import {createStudyState, type Checkout, type StudyState} from './studyState';
import {ToolsOfStudy} from './tools/toolsFacet';
import {createViewFacet} from './settings/viewFacet';
import {watchStudy} from './project/studyWatcher';

/** How a study is opened. */
export interface OpenOptions {
  /** Watch project.yaml and outputs for changes, and take up what a former process left. */
  readonly watch: boolean;
  /** Set where the folder is the checkout of a commit. */
  readonly checkout?: Checkout;
}

/** How many runs a window lists. */
const RUNS_SHOWN = 200;

/** The window draws the study before it is checked what is out of date, which takes all the time the computer has. */
const FIRST_CHECK_MS = 400;

/** Opens a study folder: reads project.yaml and the records of earlier runs, and puts its facets together. */
export async function openStudy(
  dir: string,
  options: OpenOptions,
  context: StudyContext,
): Answer<Study> {
  const refused = await refusedFolder(dir);
  if (refused !== null) return err(refused);
  const settings = await openStudySettings(studyFolder(dir), context.givenSettings);
  const state = createStudyState(dir, context, settings, options.checkout);
  const {board} = state;

  const onRunEvent = (event: RunEvent): void => {
    if (event.event === 'job') board.setJob(event.job);
    if (event.event === 'started') for (const job of event.run.jobs) board.setJob(job);
    if (event.event === 'finished') {
      board.runEnded();
      // of jobs that another process follows by now, what they were given is for it to forget
      if (event.error?.kind !== 'study-busy') checks.runEnded(event.jobs);
    }
    state.emit({kind: 'run-event', event});
    if (event.event === 'finished') checks.checkSoon();
  };

  const project = createProjectFacet(state);
  const checks = createStudyChecks(state, options.watch);
  const ports = createStudyPorts(state, {
    onStaged: checks.noteStaged,
    async onSuccess(success) {
      const {action, runId} = success.job;
      const why = await checks.noteSuccess(success);
      if (why === null) return;
      const message = `${action} can't be said to be up to date later. ${why}`;
      onRunEvent({event: 'notice', runId, level: 'warning', message});
    },
    afterSuccess: checks.afterSuccess,
  });
  const plans = createStudyPlans(state, project.read, checks.look, ports.findOther);
  const runs = new StudyRuns(state, ports, plans, onRunEvent);
  const active = () => runs.service.active();
  const provenance = createProvenanceFacet(state, checks, runs);
  const outputs = createOutputsFacet(state, runs, active, checks.checkSoon);
  const logs = createLogsFacet(state, active);
  const failures = createFailuresFacet(state, logs, active);
  const definitions = new KnownDefinitions(state);
  const needs = createStudyNeeds(state, project, checks, failures, {
    warnings: (now) => definitions.warnings(now),
    // a command ends with what it was asked
    onNoted: (listener) => options.watch && definitions.onNoted(listener),
  });
  const images = createImagesFacet(state);
  const records = createRecordsFacet(state);
  const release = new ReleaseOfStudy(state, {plan: plans.facet, runs, provenance});

  await Promise.all([readPast(state), project.read()]);
  await board.lookForOutputs();
  const tools = new ToolsOfStudy(state, images);
  const shells = createShellsFacet(state, images);
  const datasets = createDatasetsFacet(state, images, definitions);
  const stopWatching = options.watch
    ? watch(state, project.read, checks, runs, {
        lookAtCodelists: await watchCodelists(dir, project),
        findTools: () => void tools.running(),
      })
    : () => undefined;

  return ok({
    dir,
    project: withRename(state, project, runs, checks),
    plan: plans.facet,
    runs,
    engines: createEnginesFacet(
      state,
      () => active().length + runs.queue().length > 0 || runs.unfinished() !== null,
    ),
    images,
    cleanUp: new CleanUpOfStudy(state, {findOther: ports.findOther, cache: provenance}),
    tools,
    doctor: createDoctorFacet(state, {project, plan: plans.facet, images, records, datasets}),
    shells,
    datasets,
    codelists: createCodelistsFacet(state),
    changes: createChangesFacet(state, {checks, runs, read: project.read}),
    logs,
    failures,
    outputs: outputs.facet,
    provenance,
    release,
    ready: createReadyFacet(state, (copy, how) => openStudy(copy, how, context)),
    settings,
    view: createViewFacet(state),
    records,
    subscribe: (listener) => state.subscribe(listener),
    async close() {
      state.close();
      stopWatching();
      await Promise.all([shells.closeAll(), datasets.close()]);
      images.close();
      needs.close();
      runs.close();
      await release.close();
      await logs.close();
      await outputs.close();
      await checks.close();
    },
  });
}

/** The project facet whole: changes to project.yaml are checked at once, and a renaming has the study to itself. */
function withRename(
  state: StudyState,
  project: StudyProject,
  runs: StudyRuns,
  checks: ReturnType<typeof createStudyChecks>,
): ProjectFacet {
  return {
    ...project,
    async reload() {
      const next = await project.reload();
      await checks.look();
      return next;
    },
    async apply(edits) {
      const applied = await project.apply(edits);
      if (applied.ok) checks.checkSoon();
      return applied;
    },
    async rename(names) {
      const renamed = await runs.whileIdle(async () => {
        const done = await renameAction(state.snapshot(), state.folder, names);
        if (!done.ok) return done;
        await readPast(state);
        const renamed = await project.read();
        // as they are on disk now, with the new name
        const records = await readNewestRuns(state.folder, RUNS_SHOWN);
        state.emit({kind: 'runs-changed', runs: records});
        return ok(renamed);
      });
      await checks.look();
      return renamed;
    },
  };
}

/** Reads project.yaml, and what is known of an action whose name is new: another process may have renamed one. */
async function readAnew(state: StudyState, read: () => Promise<StudySnapshot>): Promise<void> {
  const names = (): readonly string[] => state.snapshot().graph?.names ?? [];
  const before = new Set(names());
  await read();
  if (names().every((name) => before.has(name))) return;
  await readPast(state);
  await state.board.lookForOutputs();
}

/** Keeps an open study in step with its folder; answers how to stop. */
function watch(
  state: StudyState,
  read: () => Promise<StudySnapshot>,
  checks: ReturnType<typeof createStudyChecks>,
  runs: StudyRuns,
  others: {readonly lookAtCodelists: () => Promise<void>; readonly findTools: () => void},
): () => void {
  const elsewhere = createRunsElsewhere(state, runs, checks.checkSoon);
  const stopFollowing = keepFollowing(state);
  const watcher = watchStudy(state.dir, (change) => {
    const isIdle = runs.service.active().length === 0;
    // during a run of ours nobody else renames, and its jobs are not all on disk yet
    if (change.project) void (isIdle ? readAnew(state, read) : read()).then(checks.checkSoon);
    if (change.runs && isIdle) void elsewhere.look();
    if (change.files && isIdle) checks.checkSoon();
    if (change.files) void others.lookAtCodelists();
    if (change.git || change.files)
      void readGitState(state.dir).then((git) => state.emit({kind: 'git-changed', git}));
  });
  void runs.recover().then(() => elsewhere.lookForUnended());
  state.board.setChecking();
  const firstCheck = setTimeout(() => {
    checks.checkSoon();
    others.findTools();
  }, FIRST_CHECK_MS);
  return () => {
    clearTimeout(firstCheck);
    stopFollowing();
    watcher.close();
    elsewhere.close();
  };
}
