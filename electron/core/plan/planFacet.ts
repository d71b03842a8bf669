import type {planRequests} from '../../../shared/contract/planRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {appError, type AppError} from '../../../shared/errors';
import type {ExportedStudy, ExportRequest} from '../../../shared/export';
import type {RunRequest} from '../../../shared/plan';
import type {PreparedRun} from '../../../shared/preview';
import {err, ok, type Result} from '../../../shared/result';
import type {RunOptions} from '../../../shared/run';
import type {StudySnapshot} from '../../../shared/study';
import {readOverrides, saveOverride} from '../../runs/actionOverrides';
import type {OtherRunner} from '../../runs/otherRunner';
import {exportPlan} from './exportPlan';
import type {PlanFacts} from './planPreview';
import {prepareRun, type Preparation} from './prepareRun';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** What a run would do, before it does it. */
export interface PlanFacet extends FacetOf<typeof planRequests> {
  /** Works a request out; the run of that id carries it out. */
  prepare(request: RunRequest, options: RunOptions): Answer<PreparedRun>;
  /** Writes actions, with all that they need, into a folder in which Snakemake runs them. */
  export(request: ExportRequest): Answer<ExportedStudy>;
}

/** The facet, with what the runs of the study need of it. */
export interface StudyPlans {
  readonly facet: PlanFacet;
  /** As `prepare`, with all that carrying it out takes; under an id of its own, or one given before. */
  prepare(request: RunRequest, options: RunOptions, id?: string): Answer<Preparation>;
  /** A preparation of before, and how long ago it was made, in milliseconds; null where it is no longer kept. */
  prepared(id: string): {readonly preparation: Preparation; readonly ageMs: number} | null;
  /** What has begun can't be started again. */
  forget(id: string): void;
}

/** Preparations kept: a window shows one at a time, and a few wait in the queue. */
const KEPT = 20;

/** Creates it for a study. */
export function createStudyPlans(
  state: StudyState,
  read: () => Promise<StudySnapshot>,
  look: () => Promise<void>,
  findOther: (options: RunOptions) => Promise<OtherRunner>,
): StudyPlans {
  const {board, dir, folder, history} = state;
  const kept = new Map<string, {readonly preparation: Preparation; readonly at: number}>();

  const factsNow = async (): Promise<Result<PlanFacts, AppError>> => {
    const {project, graph, broken} = await read();
    if (project === null || graph === null || broken) return err(invalidProject(state.snapshot()));
    await look();
    return ok({
      studyDir: dir,
      project,
      graph,
      history,
      outputsPresent: board.outputsPresent(),
      provenance: board.provenance(),
    });
  };

  const plans: StudyPlans = {
    facet: {
      async prepare(request, options) {
        const preparation = await plans.prepare(request, options);
        return preparation.ok ? ok(preparation.value.prepared) : preparation;
      },
      async export(request) {
        const {project, graph, broken} = await read();
        if (project === null || graph === null || broken)
          return err(invalidProject(state.snapshot()));
        return exportPlan(state, {project, graph}, request);
      },
      overrides: async () => ok(await readOverrides(folder)),
      saveOverride: ({action, override}) => saveOverride(folder, action, override),
    },

    async prepare(request, options, id = state.context.newRunId()) {
      const facts = await factsNow();
      if (!facts.ok) return facts;
      const preparation = await prepareRun(
        {state, id, facts: facts.value, findOther},
        request,
        options,
      );
      if (!preparation.ok) return preparation;
      kept.delete(id);
      kept.set(id, {preparation: preparation.value, at: performance.now()});
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(oldest);
      }
      return preparation;
    },

    forget: (id) => void kept.delete(id),

    prepared(id) {
      const found = kept.get(id);
      return found === undefined
        ? null
        : {preparation: found.preparation, ageMs: performance.now() - found.at};
    },
  };
  return plans;
}

function invalidProject(snapshot: StudySnapshot): AppError {
  if (snapshot.unreadable !== null) return snapshot.unreadable;
  if (snapshot.text === null)
    return appError('invalid-project', 'There is no project.yaml, so nothing can be planned.', {
      hint: 'Open the folder that contains it, or create one there.',
    });
  const problem = snapshot.reading.problems.find(({severity}) => severity === 'error');
  return appError('invalid-project', 'project.yaml has errors, so nothing can be planned.', {
    ...(problem === undefined ? {} : {why: `Line ${problem.line}: ${problem.message}`}),
    hint: 'Fix the problems in the Problems list.',
  });
}
