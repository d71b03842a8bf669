import type {AppError} from '../../shared/errors';
import {appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';
import type {StagedEntry} from '../engine/executor';
import type {JobSuccess} from '../runs/runPorts';
import {createProvenance} from '../provenance/createProvenance';
import type {ProvenanceStore, StudyNow} from '../provenance/provenance';
import {imageOf, isReusable} from './jobDefinitions';
import type {StudyContext} from './studyContext';

/** How an open study knows what is out of date. */
export interface StudyProvenance {
  readonly store: ProvenanceStore;
  /** The study as a check looks at it; an error while there is no valid project.yaml. */
  now(): Promise<Result<StudyNow, AppError>>;
  /** How every action stands now. */
  check(): Promise<Result<ReadonlyMap<string, Provenance>, AppError>>;
  /** Remembers what a job's outputs were made from. */
  recordSuccess(success: JobSuccess): Promise<void>;
}

/** Creates it for a study. */
export function createStudyProvenance(
  context: StudyContext,
  studyDir: string,
  snapshot: () => StudySnapshot,
): StudyProvenance {
  const store = createProvenance(studyDir);

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
    return ok({project, graph, imageIds: await imageIds()});
  };

  return {
    store,
    now,
    async check() {
      const study = await now();
      return study.ok ? store.check(study.value) : ok(new Map());
    },
    async recordSuccess({job, staging, filesRead, outputs}) {
      const {project} = snapshot();
      const action = project?.actions.find(({name}) => name === job.action);
      if (project === null || action === undefined || staging === null) return;
      const startedAt = job.startedAt === null ? 0 : Date.parse(job.startedAt);
      await store.recordSuccess(
        {
          // only the action itself is looked at, and a big study takes long to copy to the worker
          project: {...project, actions: [action], runAll: []},
          graph: {names: [], upstream: new Map(), downstream: new Map(), rank: new Map()},
          imageIds: new Map(),
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
    },
  };
}

/** Folders say nothing about an action's outputs. */
function codeFor(code: readonly StagedEntry[]): readonly StagedEntry[] {
  return code.filter(({kind}) => kind === 'file');
}
