import {type AppError, appError, failWith} from '../../../shared/errors';
import {notVerifiedReason} from '../../../shared/outOfDateReason';
import type {Action} from '../../../shared/project';
import {ok, type Result} from '../../../shared/result';
import type {Provenance} from '../../../shared/status';
import type {StudySnapshot} from '../../../shared/study';
import type {JobStaged, JobSuccess} from '../../runs/runPorts';
import {createProvenance} from '../../provenance/createProvenance';
import type {KnownSuccess, StudyNow} from '../../provenance/provenance';
import type {PastSuccess, RunHistory} from '../../runs/runHistory';
import {imageOf, isReusable} from '../plan/jobDefinitions';
import type {StudyContext} from '../studyContext';

/** How an open study knows what is out of date. */
export type StudyProvenance = ReturnType<typeof createStudyProvenance>;

/** Creates it for a study. */
export function createStudyProvenance(
  context: StudyContext,
  studyDir: string,
  snapshot: () => StudySnapshot,
  history: RunHistory,
) {
  const store = createProvenance(studyDir);
  /** By job: why nothing says what its outputs were made from. */
  const notRecorded = new Map<string, string>();
  /** By job, as long as it is under way: whether what it was given could be noted. */
  const noting = new Map<string, Promise<Result<null, AppError>>>();
  /** Keys of the code that the store has been given. */
  const givenCode = new Set<string>();

  const successes = (): ReadonlyMap<string, KnownSuccess> => knownSuccesses(history, notRecorded);

  const now = async (): Promise<Result<StudyNow, AppError>> => {
    // asked for first, as it takes a while: the study is looked at as it is after that
    const images = await imageIds(context, snapshot().project?.actions ?? []);
    const {project, graph, broken} = snapshot();
    if (project === null || graph === null || broken)
      return failWith('invalid-project', 'project.yaml has errors.');
    return ok({project, graph, imageIds: images, successes: successes()});
  };

  const unchecked = (error: unknown): ReadonlyMap<string, Provenance> => {
    const detail = error instanceof Error ? error.message : String(error);
    return notVerified(
      [...successes().keys()],
      appError('bug', 'Study Desk could not find out what has changed.', {detail}),
    );
  };

  const checkNow = async (): Promise<Result<ReadonlyMap<string, Provenance>, AppError>> => {
    const study = await now();
    return study.ok ? store.check(study.value) : study;
  };

  return {
    store,
    /** The study as a check looks at it; an error while there is no valid project.yaml. */
    now,
    /**
     * What is known of every action now. A check that can't be made, or fails, is shown too: every action with a success
     * is then not verified, with the error as its reason.
     */
    async check(): Promise<ReadonlyMap<string, Provenance>> {
      try {
        const found = await checkNow();
        return found.ok ? found.value : notVerified([...successes().keys()], found.error);
      } catch (error) {
        return unchecked(error);
      }
    },
    /** What is known where something threw before a check could be made. */
    unchecked,
    /** Notes what a job is given. */
    noteStaged({job, definition, staging}: JobStaged): void {
      const {codeKey, code, inputs} = staging;
      const known = givenCode.has(codeKey);
      givenCode.add(codeKey);
      const noted = store.noteStaged({
        action: definition.action,
        jobId: job.id,
        actionCommit: definition.actionCommit,
        codeKey,
        code: known ? null : code,
        inputs,
      });
      noting.set(
        job.id,
        noted.then((result) => {
          if (!result.ok) givenCode.delete(codeKey);
          return result;
        }),
      );
    },
    /** Remembers what a job's outputs were made from; answers why that could not be noted, null where it was. */
    async recordSuccess({job, definition, filesRead}: JobSuccess): Promise<string | null> {
      // a job that was begun by another process of ours was noted by that
      const noted = (await noting.get(job.id)) ?? ok(null);
      noting.delete(job.id);
      const recorded = noted.ok
        ? await store.recordSuccess({
            action: definition.action,
            jobId: job.id,
            completedAt: job.completedAt ?? new Date(context.now()).toISOString(),
            imageId: job.imageId,
            actionCommit: job.actionCommit,
            filesRead,
            outputs: job.outputs,
          })
        : noted;
      if (recorded.ok) return null;
      const why = inWords(recorded.error);
      notRecorded.set(job.id, why);
      return why;
    },
    /** Forgets what these jobs were given; to be called when none is under way. */
    forgetStaged(jobIds: readonly string[]): void {
      noting.clear();
      givenCode.clear();
      // what is left of it is only room on the disk, and goes with the next run's
      void store.forgetStaged(jobIds);
    },
  };
}

/** Ids of the images in use, as far as the engine has been reached before. */
async function imageIds(
  context: StudyContext,
  all: readonly Action[],
): Promise<ReadonlyMap<string, string>> {
  const registry = context.registry();
  const kind = context.settings().executor;
  if (context.executors.status(kind).state !== 'ready') return new Map();
  const actions = all.filter((action) => !isReusable(action));
  const tokens = new Map(
    actions.map((action) => [imageOf(action, registry), action.run.argv[0] ?? '']),
  );
  const images = await context.executors
    .imagesOf(kind)
    .images([...tokens.keys()], AbortSignal.timeout(5000));
  return new Map(
    (images.ok ? images.value : []).flatMap(({image, id}) => {
      const token = tokens.get(image);
      return id === null || token === undefined ? [] : [[token, id] as const];
    }),
  );
}

/** An error as one reason: what happened, and why. */
function inWords({message, why, detail}: AppError): string {
  return [message, why ?? detail].filter((part) => part !== undefined).join(' ');
}

function notVerified(actions: readonly string[], error: AppError): ReadonlyMap<string, Provenance> {
  const provenance: Provenance = {
    kind: 'not-verified',
    reasons: [notVerifiedReason(inWords(error))],
  };
  return new Map(actions.map((action) => [action, provenance]));
}

/** The latest success of each action as a check wants to know it; `notRecorded` says by job why nothing was noted. */
export function knownSuccesses(
  history: RunHistory,
  notRecorded: ReadonlyMap<string, string>,
): ReadonlyMap<string, KnownSuccess> {
  const known = new Map<string, KnownSuccess>();
  for (const action of history.actions()) {
    const success = history.past(action)?.success ?? null;
    if (success === null) continue;
    known.set(action, knownSuccess(success, notRecorded.get(success.jobId) ?? null));
  }
  return known;
}

/** One success of either kind. */
function knownSuccess(success: PastSuccess, notRecorded: string | null): KnownSuccess {
  const {reference, jobId, completedAt} = success;
  if (reference === null) return {ranBy: 'study-desk', jobId, completedAt, notRecorded};
  const {startedAt, createdAt, runCommand, needs, outputPatterns} = reference;
  return {
    ranBy: 'opensafely',
    jobId,
    startedAt,
    completedAt: reference.completedAt ?? createdAt,
    runCommand,
    needs,
    outputPatterns,
    outputs: success.outputs.map(({path}) => path),
  };
}
