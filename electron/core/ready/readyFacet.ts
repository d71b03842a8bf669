import type {readyRequests} from '../../../shared/contract/readyRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {appError, type AppError} from '../../../shared/errors';
import {formatCount, formatList, formatPlural} from '../../../shared/format';
import {isFinal, type Job} from '../../../shared/job';
import type {ImageMove, ReadyFinding, ReadyLook} from '../../../shared/ready';
import {err, ok, type Result} from '../../../shared/result';
import {needProblems} from '../../failures/needProblems';
import {findNeeds} from '../../provenance/needs';
import {codeFiles} from '../../provenance/codeFiles';
import {readableText} from '../../provenance/codeTexts';
import {inOrder, readyFindings} from '../../ready/findings';
import {repositoryFault} from '../../git/repositoryFault';
import {actionEdits} from '../../study/actionEdits';
import {join} from 'node:path';
import type {OpenOptions} from '../openStudy';
import {changeWords, comparedChange} from '../outputs/comparedChange';
import type {Study} from '../study';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {readReadyFacts} from './readyFacts';
import type {ImageProgress, ImageRequest, ImageTrial} from './tryImage';

/** How a study is looked at. */
export interface ReadyRequest {
  /** Actions that are to be ready, with what they need; null for all. */
  readonly actions: readonly string[] | null;
  /** Look only; nothing is run, and no engine is needed. */
  readonly quick: boolean;
}

/** Called while a study is looked at. */
export interface ReadyProgress {
  /** With all that was found by looking, before anything runs. */
  readonly onLooked: (findings: readonly ReadyFinding[]) => void;
  /** With each job of the run from the commit, whenever it changes. */
  readonly onJob: (job: Job) => void;
  readonly signal: AbortSignal;
}

/** Whether the study would run on the server. */
export interface ReadyFacet extends FacetOf<typeof readyRequests> {
  /**
   * Everything that would go wrong there, gravest first; nothing in the study is changed. What was found by looking is given to
   * `onLooked` also where the run can't be.
   */
  check(request: ReadyRequest, progress: ReadyProgress): Answer<ReadyLook>;
  /** What another image makes of an action; see `tryImage`. */
  tryImage(request: ImageRequest, progress: ImageProgress): Answer<ImageTrial>;
}

/** Creates it for a study; `openStudy` opens the clean copy. */
export function createReadyFacet(
  state: StudyState,
  openStudy: (dir: string, options: OpenOptions) => Answer<Study>,
): ReadyFacet {
  const {context} = state;
  let trying: AbortController | null = null;
  const tryAlone = (): AbortSignal => {
    trying?.abort();
    trying = new AbortController();
    return trying.signal;
  };

  async function tryImage(request: ImageRequest, progress: ImageProgress): Answer<ImageTrial> {
    const engine = await readyEngine(state);
    if (!engine.ok) return engine;
    const trial = await import('./tryImage');
    return trial.tryImage(state, openStudy, request, progress);
  }

  const facet: ReadyFacet = {
    async check({actions, quick}, {onLooked, onJob, signal}) {
      const snapshot = withNeeds(state.snapshot());
      const facts = await readReadyFacts(snapshot, actions).catch((error: unknown) =>
        repositoryFault(error),
      );
      if ('kind' in facts) return err(facts);
      const looked = readyFindings(facts);
      onLooked(looked);
      const runs = !quick && !snapshot.broken && (facts.repository?.commit ?? null) !== null;
      if (!runs || snapshot.project === null) return ok({ran: false, findings: looked});
      const engine = await readyEngine(state);
      if (!engine.ok) return engine;
      // with git itself, which nothing else of a core needs at once
      const {runFromCommit} = await import('./cleanRun');
      const ran = await runFromCommit({
        ...{studyDir: state.dir, facts, names: actions, onJob, signal},
        openStudy: (dir) => openStudy(dir, {watch: false}),
        settings: context.settings(),
      });
      return ran.ok ? ok({ran: true, findings: inOrder([...looked, ...ran.value])}) : ran;
    },
    look({quick}) {
      const jobs = new Map<string, Job>();
      return facet.check(
        {actions: null, quick},
        {
          onLooked: () => undefined,
          onJob(job) {
            jobs.set(job.action, job);
            state.emit({kind: 'ready-progress', words: progressWords([...jobs.values()])});
          },
          signal: tryAlone(),
        },
      );
    },
    tryImage,
    async moveImage(request) {
      const signal = tryAlone();
      const outputs: ImageMove['outputs'][number][] = [];
      const tried = await tryImage(request, {
        onJob: () => undefined,
        async compare(copy, runId) {
          const changes = await copy.outputs.runChanges({runId});
          if (!changes.ok) return changes;
          for (const change of changes.value.outputs) {
            const compared = await comparedChange(copy, runId, change);
            outputs.push({path: change.path, words: changeWords(change, compared)});
          }
          return ok(null);
        },
        signal,
      });
      if (!tried.ok) return tried;
      const {from, to, job, edits} = tried.value;
      const fix = {title: `Run \`${request.action}\` on \`${to}\``, edits};
      return ok({
        from,
        to,
        succeeded: job.state === 'succeeded',
        message: job.message,
        outputs,
        fix,
      });
    },
    stop: () => trying?.abort(),
  };
  return facet;
}

/** How far a run from the commit is. */
function progressWords(jobs: readonly Job[]): string {
  const ended = jobs.filter(({statusCode}) => isFinal(statusCode)).length;
  const running = jobs.flatMap(({action, state}) => (state === 'running' ? [action] : []));
  const words = `${formatCount(ended)} of ${formatPlural(jobs.length, 'job')} ended`;
  return running.length === 0 ? words : `${words}, running: ${formatList(running, 3)}`;
}

async function readyEngine({context}: StudyState): Promise<Result<null, AppError>> {
  const status = await context.executors.check(context.settings().executor);
  if (status.state === 'ready') return ok(null);
  return err(
    appError('no-engine', 'No container engine answers, so nothing was run.', {
      ...(status.state === 'down' ? {why: status.message} : {}),
      hint: 'Start it; `ready --quick` only looks.',
    }),
  );
}

/** The problems with what scripts show of needs among them: a study that is not watched has not looked for those. */
function withNeeds(snapshot: ReturnType<StudyState['snapshot']>) {
  const {dir, project, graph, text, broken, reading} = snapshot;
  if (project === null || graph === null || text === null || broken) return snapshot;
  const patterns = project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const {hidden} = findNeeds(
    {project, graph},
    {
      codePaths: codeFiles(dir, patterns).paths,
      readText: (path) => readableText(join(dir, path)),
      recordOf: () => null,
      listed: () => null,
    },
  );
  const found = needProblems(project, actionEdits(text), hidden, []);
  return {...snapshot, reading: {...reading, problems: [...reading.problems, ...found]}};
}
