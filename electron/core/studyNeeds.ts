import type {FailureCard} from '../../shared/failure';
import {needProblems, needsUnknown, type HiddenNeed} from '../failures/needProblems';
import type {FailuresFacet} from './failuresFacet';
import type {StudyProject} from './projectFacet';
import type {StudyChecks} from './provenanceFacet';
import type {StudyState} from './studyState';

/** Milliseconds of quiet before scripts are looked at: what made the study change may go on. */
const QUIET_MS = 500;

/** Keeps the warnings about needs in step with the study's scripts and jobs. */
export interface StudyNeeds {
  /** Looks at them once nothing has asked for a while. */
  readonly lookSoon: () => void;
  close(): void;
}

/** Creates it for a study that is watched. */
export function createStudyNeeds(
  state: Pick<StudyState, 'snapshot' | 'history' | 'isClosed'>,
  project: Pick<StudyProject, 'noteNeeds'>,
  checks: () => Pick<StudyChecks, 'needs'>,
  failures: () => Pick<FailuresFacet, 'why'>,
): StudyNeeds {
  let timer: NodeJS.Timeout | null = null;
  /** What each failed job lacked by the project.yaml of a revision: their logs are read once. */
  let lacked = new Map<string, FailureCard['missingNeed']>();

  /** What the latest jobs failed of: what isn't staged can't be seen to be read. */
  const byFailure = async (): Promise<readonly HiddenNeed[]> => {
    const found: HiddenNeed[] = [];
    const known = lacked;
    lacked = new Map();
    const {revision} = state.snapshot();
    for (const {name: action, needs} of state.snapshot().project?.actions ?? []) {
      const last = state.history.past(action)?.last;
      if (last?.state !== 'failed') continue;
      const key = `${revision} ${last.jobId}`;
      const missing = known.has(key) ? (known.get(key) ?? null) : await missingNeed(last.jobId);
      lacked.set(key, missing);
      if (missing !== null && !needs.includes(missing.need))
        found.push({action, ...missing, at: null, failed: true});
    }
    return found;
  };

  const missingNeed = async (jobId: string): Promise<FailureCard['missingNeed']> => {
    const card = await failures().why(jobId);
    return card.ok ? (card.value?.missingNeed ?? null) : null;
  };

  const look = async (): Promise<void> => {
    const {project: now, text, revision, broken} = state.snapshot();
    if (now === null || text === null || broken) return;
    const found = await checks().needs();
    const hidden = found.ok ? [...found.value.hidden, ...(await byFailure())] : [];
    const problems = found.ok
      ? needProblems(now, text, hidden, found.value.unused)
      : [needsUnknown(found.error.why ?? found.error.message)];
    if (!state.isClosed()) project.noteNeeds(revision, problems);
  };

  return {
    lookSoon() {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => {
        timer = null;
        const {revision} = state.snapshot();
        look().catch((error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          if (!state.isClosed()) project.noteNeeds(revision, [needsUnknown(why)]);
        });
      }, QUIET_MS);
      timer.unref();
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
