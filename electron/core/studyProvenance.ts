import type {AppError} from '../../shared/errors';
import {appError} from '../../shared/errors';
import {notVerifiedReason} from '../../shared/outOfDateReason';
import {err, ok, type Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';
import type {StagedEntry} from '../engine/executor';
import type {JobSuccess} from '../runs/runPorts';
import {createProvenance} from '../provenance/createProvenance';
import type {KnownSuccess, ProvenanceStore, StudyNow} from '../provenance/provenance';
import type {PastSuccess, RunHistory} from '../runs/runHistory';
import {imageOf, isReusable} from './jobDefinitions';
import type {StudyContext} from './studyContext';

/** How an open study knows what is out of date. */
export interface StudyProvenance {
  readonly store: ProvenanceStore;
  /** The study as a check looks at it; an error while there is no valid project.yaml. */
  now(): Promise<Result<StudyNow, AppError>>;
  /**
   * What is known of every action now. A check that can't be made, or fails, is told too: every action with a success
   * is then not verified, with the error as its reason.
   */
  check(): Promise<ReadonlyMap<string, Provenance>>;
  /** What is known where something threw before a check could be made. */
  unchecked(error: unknown): ReadonlyMap<string, Provenance>;
  /** Remembers what a job's outputs were made from. */
  recordSuccess(success: JobSuccess): Promise<void>;
}

/** Creates it for a study. */
export function createStudyProvenance(
  context: StudyContext,
  studyDir: string,
  snapshot: () => StudySnapshot,
  history: RunHistory,
): StudyProvenance {
  const store = createProvenance(studyDir);
  /** By job: why nothing says what its outputs were made from. */
  const notRecorded = new Map<string, string>();

  const successes = (): ReadonlyMap<string, KnownSuccess> => knownSuccesses(history, notRecorded);

  /** Ids of the images in use, as far as the engine has been reached before. */
  const imageIds = async (): Promise<ReadonlyMap<string, string>> => {
    const kind = context.settings().executor;
    if (context.executors.status(kind).state !== 'ready') return new Map();
    const actions = (snapshot().project?.actions ?? []).filter((action) => !isReusable(action));
    const tokens = new Map(
      actions.map((action) => [imageOf(action, context.registry), action.run.argv[0] ?? '']),
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
  };

  const now = async (): Promise<Result<StudyNow, AppError>> => {
    const {project, graph, broken} = snapshot();
    if (project === null || graph === null || broken)
      return err(appError('invalid-project', 'project.yaml has errors.'));
    return ok({project, graph, imageIds: await imageIds(), successes: successes()});
  };

  const unchecked = (error: unknown): ReadonlyMap<string, Provenance> => {
    const detail = error instanceof Error ? error.message : String(error);
    return notVerified(
      [...successes().keys()],
      appError('bug', 'What has changed could not be found out.', {detail}),
    );
  };

  const checkNow = async (): Promise<Result<ReadonlyMap<string, Provenance>, AppError>> => {
    const study = await now();
    return study.ok ? store.check(study.value) : study;
  };

  return {
    store,
    now,
    async check() {
      try {
        const found = await checkNow();
        return found.ok ? found.value : notVerified([...successes().keys()], found.error);
      } catch (error) {
        return unchecked(error);
      }
    },
    unchecked,
    async recordSuccess({job, staging, filesRead, outputs}) {
      const {project} = snapshot();
      const action = project?.actions.find(({name}) => name === job.action);
      if (project === null || action === undefined || staging === null) {
        notRecorded.set(
          job.id,
          'What its outputs were made from was not noted, as Study Desk was closed while it ran',
        );
        return;
      }
      const startedAt = job.startedAt === null ? 0 : Date.parse(job.startedAt);
      const recorded = await store.recordSuccess(
        {
          // only the action itself is looked at, and a big study takes long to copy to the worker
          project: {...project, actions: [action], runAll: []},
          graph: {names: [], upstream: new Map(), downstream: new Map(), rank: new Map()},
          imageIds: new Map(),
          successes: new Map(),
        },
        {
          action: job.action,
          jobId: job.id,
          completedAt: job.completedAt ?? new Date(startedAt).toISOString(),
          imageId: job.imageId,
          actionCommit: job.actionCommit,
          code: codeFor(staging.code),
          codeKey: staging.codeKey,
          inputs: staging.inputs,
          filesRead,
          outputs,
        },
      );
      if (!recorded.ok) notRecorded.set(job.id, inWords(recorded.error));
    },
  };
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

/** Folders say nothing about an action's outputs. */
function codeFor(code: readonly StagedEntry[]): readonly StagedEntry[] {
  return code.filter(({kind}) => kind === 'file');
}
