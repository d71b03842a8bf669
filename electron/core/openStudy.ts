import {mkdir, readFile, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import type {PlanPreview} from '../../shared/preview';
import {err, ok, type Result} from '../../shared/result';
import type {RunEvent} from '../../shared/run';
import type {StudySnapshot} from '../../shared/study';
import {readGitState} from '../git/gitState';
import {readOutput} from '../outputs/readOutput';
import {readOverrides, saveOverride} from '../runs/actionOverrides';
import {readOpensafelyJobs} from '../runs/opensafelyState';
import {createRunHistory} from '../runs/runHistory';
import {readNewestRuns, readRuns} from '../runs/runStore';
import {prepareStudyFolder, studyFolder} from '../runs/studyFolder';
import {addActionEdits} from '../study/addAction';
import {fileInStudy} from '../files/fileInStudy';
import {fileSystemError} from '../files/fileSystemError';
import {writeFileAtomically} from '../files/writeAtomically';
import {clearOutputs, previewClear} from './clearOutputs';
import type {OpenOptions, Study, StudyEvent} from './core';
import {plannedImages} from './jobDefinitions';
import {outputDecisions} from './outputDecisions';
import {listOutputs} from './outputsListing';
import {previewPlan, type PlanFacts} from './planPreview';
import {previewEdits, writeEdits} from './projectEdits';
import {readJobLog} from './readJobLog';
import {readRestored} from '../provenance/successLedger';
import {createStatusBoard} from './statusBoard';
import {createStudyCache} from './studyCache';
import type {Answer, StudyContext} from './studyContext';
import {createStudyRuns} from './studyRuns';
import {emptySnapshot, nextSnapshot} from './studySnapshot';
import {createStudyProvenance} from './studyProvenance';
import {watchStudy, type StudyWatcher} from './studyWatcher';

/** The window draws the study before provenance is looked into, which takes all the time the computer has. */
const FIRST_CHECK_MS = 400;

/** From a success to the check of what the run has made by then. */
const CHECK_IN_RUN_MS = 1000;

/** Opens a study folder: reads project.yaml and the records of earlier runs, and watches it if asked to. */
export async function openStudy(
  dir: string,
  options: OpenOptions,
  context: StudyContext,
): Answer<Study> {
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory() !== true) return err(noFolder(dir));
  const folder = studyFolder(dir);
  const history = createRunHistory();
  const listeners = new Set<(event: StudyEvent) => void>();
  let snapshot = emptySnapshot(dir);
  let closed = false;

  const tell = (event: StudyEvent) => {
    if (!closed) for (const listener of [...listeners]) listener(event);
  };
  const board = createStatusBoard(dir, history, (statuses) => {
    tell({kind: 'statuses-changed', statuses});
  });
  const provenance = createStudyProvenance(context, dir, () => snapshot, history);
  const cache = createStudyCache(context, folder, provenance, history);

  let reading: Promise<StudySnapshot> = Promise.resolve(snapshot);
  const reload = (): Promise<StudySnapshot> => {
    reading = reading
      .catch(() => snapshot)
      .then(() => nextSnapshot(snapshot, context.reader))
      .then((next) => {
        if (next === snapshot) return snapshot;
        snapshot = next;
        board.setActions(next.project?.actions.map(({name}) => name) ?? []);
        tell({kind: 'study-changed', snapshot});
        return snapshot;
      });
    return reading;
  };

  const noteReference = async (): Promise<void> => {
    history.noteOpensafely(await readOpensafelyJobs(dir, snapshot.name));
  };

  const checkProvenance = async (): Promise<void> => {
    const since = board.setChecking();
    const checked = await provenance.check();
    if (!closed) board.setProvenance(checked, since);
  };

  let checkInRun: NodeJS.Timeout | null = null;
  /** The outputs of a run under way are compared as they come, and not for each job alone. */
  const checkSoon = () => {
    checkInRun ??= setTimeout(() => {
      checkInRun = null;
      checkProvenance().catch(() => undefined);
    }, CHECK_IN_RUN_MS);
    checkInRun.unref();
  };

  /** Whatever is on disk now, told as it comes. */
  const refresh = async (): Promise<void> => {
    await noteReference();
    await board.lookForOutputs();
    await checkProvenance();
  };

  const refreshQuietly = () => {
    refresh().catch(() => undefined);
  };

  const tellGit = () => {
    void readGitState(dir).then((git) => tell({kind: 'git-changed', git}));
  };

  const onRunEvent = (event: RunEvent) => {
    if (event.event === 'job') board.setJob(event.job);
    if (event.event === 'started') for (const job of event.run.jobs) board.setJob(job);
    if (event.event === 'finished') board.runEnded();
    tell({kind: 'run-event', event});
    if (event.event === 'finished') refreshQuietly();
  };

  const planFacts = async (): Answer<PlanFacts> => {
    const {project, graph, broken} = await reload();
    if (project === null || graph === null || broken) return err(invalidProject(snapshot));
    await noteReference();
    await board.lookForOutputs();
    await checkProvenance();
    return ok({
      studyDir: dir,
      project,
      graph,
      history,
      outputsPresent: board.outputsPresent(),
      provenance: board.provenance(),
    });
  };

  const preview: Study['planPreview'] = async (request): Answer<PlanPreview> => {
    const facts = await planFacts();
    if (!facts.ok) return facts;
    const kind = context.settings().executor;
    return previewPlan(facts.value, request, async (plan) => {
      const planned = new Set(plan.jobs.map(({action}) => action));
      if (context.executors.status(kind).state !== 'ready') return [];
      const actions = facts.value.project.actions.filter(({name}) => planned.has(name));
      const needed = await plannedImages(actions, context.registry, context.reusableImageHere);
      const images = await context.executors
        .of(kind)
        .images(needed.images, AbortSignal.timeout(10_000));
      return images.ok ? images.value : [];
    });
  };

  const runs = createStudyRuns({
    context,
    folder,
    history,
    snapshot: () => snapshot,
    planFacts,
    preview,
    emit: onRunEvent,
    onEnded: (job) => history.note(job),
    async onSuccess(success) {
      await provenance.recordSuccess(success);
      await cache.store(success.job);
      if (options.watch) checkSoon();
    },
  });

  await reload();
  for (const {record} of await readRuns(folder)) for (const job of record.jobs) history.note(job);
  for (const {restoredAt, ...record} of readRestored(dir))
    if (restoredAt !== null) history.noteRestored({...record, restoredAt});
  await noteReference();
  await board.lookForOutputs();
  let watcher: StudyWatcher | null = null;
  let firstCheck: NodeJS.Timeout | undefined;
  if (options.watch) {
    watcher = watchStudy(dir, (change) => {
      if (change.project) void reload().then(refreshQuietly);
      if (change.files && runs.service.active().length === 0) refreshQuietly();
      if (change.git || change.files) tellGit();
    });
    void runs.recover();
    board.setChecking();
    firstCheck = setTimeout(() => {
      checkProvenance().catch(() => undefined);
    }, FIRST_CHECK_MS);
  }

  const withNotBusy = async <T>(work: () => Answer<T>): Answer<T> =>
    runs.service.active().length > 0
      ? err(
          appError('study-busy', 'This can only be done while nothing runs in the study.', {
            hint: 'Wait until the run has finished, or stop it.',
          }),
        )
      : work();

  return ok({
    dir,
    snapshot: () => snapshot,
    reload: async () => {
      const next = await reload();
      await refresh();
      return next;
    },
    async statuses() {
      if (!options.watch) await checkProvenance();
      return ok(board.all());
    },
    git: async () => ok(await readGitState(dir)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    previewFix: (revision, edits) => previewEdits(snapshot, revision, edits, context.reader),
    async previewAdd(revision, action) {
      const edits = addActionEdits(snapshot.text ?? '', action);
      return edits.ok ? previewEdits(snapshot, revision, edits.value, context.reader) : edits;
    },
    async applyEdits(revision, edits) {
      const written = await writeEdits(snapshot, revision, edits);
      if (!written.ok) return written;
      const next = await reload();
      refreshQuietly();
      return ok(next);
    },

    planPreview: preview,
    preflight: (request, runOptions) => runs.preflight(request, runOptions),
    startRun: (request, runOptions) => runs.start(request, runOptions),
    cancel: async (runId, action) => runs.service.cancel(runId, action),
    activeRuns: () => runs.service.active().map(({id}) => id),
    async runs(limit) {
      const active = new Map(runs.service.active().map((run) => [run.id, run]));
      const stored = await readNewestRuns(folder, limit);
      return ok(stored.map((run) => active.get(run.id) ?? run));
    },
    overrides: async () => ok(await readOverrides(folder)),
    saveOverride: (action, override) => saveOverride(folder, action, override),

    readLog: (jobId, fromSeq, limit) =>
      readJobLog(folder, history, runs.service.active(), jobId, fromSeq, limit),
    outputs: async () => ok(await listOutputs(dir, snapshot.project, history)),
    resolveFile: (path) => fileInStudy(dir, path),
    async readOutput(path) {
      const {outputs} = await listOutputs(dir, null, history);
      return readOutput(dir, path, outputs.find((output) => output.path === path)?.tier ?? null);
    },
    previewClear: async () => ok(await previewClear(folder, history)),
    clearOutputs: (paths) =>
      withNotBusy(async () => {
        const left = await clearOutputs(folder, history, paths);
        refreshQuietly();
        return left;
      }),

    changesOf: (action, path) => provenance.store.diff(action, path),
    async markUpToDate(action, reason) {
      const study = await provenance.now();
      if (!study.ok) return study;
      const at = new Date(context.now()).toISOString();
      const marked = await provenance.store.mark(study.value, action, reason, at);
      if (marked.ok) await checkProvenance();
      return marked;
    },
    decisions: () => outputDecisions(folder, provenance.store),
    restorable: () => cache.restorable(),
    restore: (actions) =>
      withNotBusy(async () => {
        const restored = await cache.restore(actions);
        await refresh();
        return restored;
      }),
    cacheUsage: () => cache.usage(),
    clearCache: () => cache.clear(),

    loadView: async () => ok(await readFile(folder.view, 'utf8').catch(() => null)),
    async saveView(json): Promise<Result<null, AppError>> {
      const made = await prepareStudyFolder(folder);
      if (!made.ok) return made;
      try {
        await mkdir(dirname(folder.view), {recursive: true});
        await writeFileAtomically(folder.view, json);
        return ok(null);
      } catch (error) {
        return err(fileSystemError('The view of this study could not be saved.', error));
      }
    },

    async close() {
      closed = true;
      clearTimeout(firstCheck);
      if (checkInRun !== null) clearTimeout(checkInRun);
      watcher?.close();
      board.close();
      listeners.clear();
      await provenance.store.close();
    },
  });
}

function noFolder(dir: string): AppError {
  return appError('not-found', `${dir} is not a folder.`, {
    hint: 'Choose the folder that holds project.yaml.',
  });
}

function invalidProject(snapshot: StudySnapshot): AppError {
  const problem = snapshot.reading.problems.find(({severity}) => severity === 'error');
  return appError('invalid-project', 'project.yaml has errors, so nothing can be planned.', {
    ...(problem === undefined ? {} : {why: `Line ${problem.line}: ${problem.message}`}),
    hint: 'Fix what the Problems list names.',
  });
}
