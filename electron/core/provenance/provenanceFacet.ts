import type {provenanceRequests} from '../../../shared/contract/provenanceRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {type AppError, failWith} from '../../../shared/errors';
import type {Job} from '../../../shared/job';
import {ok, type Result} from '../../../shared/result';
import {suppliedText} from '../../../shared/status';
import type {OutputDecision} from '../../../shared/preview';
import type {NeedFindings} from '../../provenance/provenance';
import {readRestored} from '../../provenance/successLedger';
import {readOpensafelyRecord} from '../../runs/opensafelyState';
import type {JobStaged, JobSuccess} from '../../runs/runPorts';
import {REFERENCE_RECORD, referenceDamage} from '../../runs/studyDamage';
import type {StudyRuns} from '../runs/runsFacet';
import {createStudyCache} from './studyCache';
import type {Answer} from '../studyContext';
import {createStudyProvenance} from './studyProvenance';
import {createSupplies} from './supplies';
import type {StudyState} from '../studyState';

/** The status of every action and why, the user's marks, and earlier outputs to restore. */
export type ProvenanceFacet = FacetOf<typeof provenanceRequests>;

/** A mark would change nothing: what is gone is made again whatever is said of it. */
function nothingToVouchFor(action: string): Result<never, AppError> {
  return failWith('invalid-request', `\`${action}\` can't be marked as up to date.`, {
    why: 'Some of its outputs are missing.',
    hint: 'Restore them from the cache, or run it again.',
  });
}

/** A mark is about changes; what failed is run again whatever is said of them. */
function failedSince(action: string): Result<never, AppError> {
  return failWith('invalid-request', `\`${action}\` can't be marked as up to date.`, {
    why: 'Its latest attempt did not succeed, so it will run again anyway.',
    hint: 'Run it again.',
  });
}

/** From a success to the check of what the run has made by then, in milliseconds. */
const CHECK_IN_RUN_MS = 1000;

/** Keeps what is known of every action in step with the study, for the facets that change it or ask. */
export type StudyChecks = ReturnType<typeof createStudyChecks>;

/** Creates them for a study. */
export function createStudyChecks(state: StudyState, watched: boolean) {
  const {board, context, dir, folder, history} = state;
  const provenance = createStudyProvenance(context, dir, state.snapshot, history);
  const cache = createStudyCache(context, folder, provenance, history);
  const listeners: (() => void)[] = [];

  const check = async (): Promise<void> => {
    const since = board.setChecking();
    const checked = await provenance.check();
    if (!state.isClosed()) board.setProvenance(checked, since);
  };

  const look = async (): Promise<void> => {
    const workspace = state.snapshot().name;
    const record = await readOpensafelyRecord(dir, workspace);
    history.noteOpensafely(record.jobs);
    const reference = referenceDamage(record.trouble);
    const others = state.damage().filter(({path}) => path !== REFERENCE_RECORD);
    state.setDamage(reference === null ? others : [...others, reference]);
    await board.lookForOutputs();
    await check();
    if (watched && !state.isClosed()) for (const listener of listeners) listener();
  };

  const checkSoon = (): void => {
    const since = board.setChecking();
    look().catch((error: unknown) => {
      if (!state.isClosed()) board.setProvenance(provenance.unchecked(error), since);
    });
  };

  let checkInRun: NodeJS.Timeout | null = null;
  /** The outputs of a run under way are compared as they come, and not for each job alone. */
  const checkInRunSoon = (): void => {
    checkInRun ??= setTimeout(() => {
      checkInRun = null;
      void check();
    }, CHECK_IN_RUN_MS);
    checkInRun.unref();
  };

  return {
    provenance,
    cache,
    /** The study is checked whenever something changes; others when somebody asks. */
    watched,
    /** Calls the listener after each `look` at a watched study. */
    onLooked: (listener: () => void): void => void listeners.push(listener),
    /** Looks at all that is on disk: the reference's record, outputs, and what they were made from; shown as it comes. */
    look,
    /** As `look`, for when nobody waits for it. */
    checkSoon,
    /** Needs that are hidden, and those that seem unused. */
    async needs(): Answer<NeedFindings> {
      const study = await provenance.now();
      return study.ok ? provenance.store.needs(study.value) : study;
    },
    /** Only what outputs were made from. */
    check,
    /** Takes in what a job is given. */
    noteStaged: (staged: JobStaged) => provenance.noteStaged(staged),
    /** Takes in a job's success, before it is shown; why it can't be remembered, null where it is. */
    noteSuccess: (success: JobSuccess): Promise<string | null> => provenance.recordSuccess(success),
    /** Stores the outputs of a success that has been shown. */
    afterSuccess: async (job: Job): Promise<void> => {
      await cache.store(job);
      if (watched) checkInRunSoon();
    },
    /** A run with these jobs has ended; none is under way any more. */
    runEnded: (jobs: readonly Job[]) => provenance.forgetStaged(jobs.map(({id}) => id)),
    close: (): Promise<void> => {
      if (checkInRun !== null) clearTimeout(checkInRun);
      return provenance.store.close();
    },
  };
}

/** The facet of a study: what the user asks, and decides, of what its checks find. */
export function createProvenanceFacet(
  state: StudyState,
  checks: StudyChecks,
  runs: Pick<StudyRuns, 'whileIdle'>,
): ProvenanceFacet {
  const {board, context, dir, history} = state;
  const {provenance, cache} = checks;
  return {
    ...createSupplies(state, checks, runs),
    async statuses() {
      if (!checks.watched) await checks.check();
      return ok(board.all());
    },
    async versions({actions}) {
      const study = await provenance.now();
      return study.ok ? provenance.store.versions(study.value, actions) : study;
    },
    changes: ({action, path}) => provenance.store.diff(action, path),
    async mark({action, reason}) {
      await board.lookForOutputs();
      if (history.past(action)?.outcome === 'failed') return failedSince(action);
      if (board.outputsPresent().get(action) === false) return nothingToVouchFor(action);
      const study = await provenance.now();
      if (!study.ok) return study;
      const at = new Date(context.now()).toISOString();
      const marked = await provenance.store.mark(study.value, action, reason, at);
      if (marked.ok) await checks.check();
      return marked;
    },
    async decisions() {
      const marks = await provenance.store.marks();
      if (!marks.ok) return marks;
      const decisions: OutputDecision[] = marks.value.map(({action, reason, markedAt}) => ({
        kind: 'marked',
        action,
        at: markedAt,
        reason,
      }));
      for (const {action, restoredAt, supplied} of readRestored(dir))
        decisions.push(
          supplied === undefined
            ? {kind: 'restored', action, at: restoredAt, reason: null}
            : {kind: 'supplied', action, at: restoredAt, reason: suppliedText(supplied)},
        );
      return ok(decisions.sort((one, other) => other.at.localeCompare(one.at)));
    },
    restorable: () => cache.restorable(),
    restore: ({actions}) =>
      runs.whileIdle(async () => {
        const restored = await cache.restore(actions);
        await checks.look();
        return restored;
      }),
    cacheUsage: () => cache.usage(),
    clearCache: () => cache.clear(),
  };
}
