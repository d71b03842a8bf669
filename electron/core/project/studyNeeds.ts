import type {FailureCard} from '../../../shared/failure';
import {needProblems, needsUnknown, type HiddenNeed} from '../../failures/needProblems';
import {actionEdits} from '../../study/actionEdits';
import type {KnownDefinitions} from '../datasets/definitionChecks';
import type {FailuresFacet} from '../failures/failuresFacet';
import type {StudyProject} from './projectFacet';
import type {StudyChecks} from '../provenance/provenanceFacet';
import type {StudyState} from '../studyState';

/** Milliseconds of quiet before scripts are looked at: what made the study change may go on. */
const QUIET_MS = 500;

/** Keeps the warnings about needs and definitions in step with the study's scripts and jobs. */
export interface StudyNeeds {
  close(): void;
}

/** Creates it: scripts are looked at whenever a watched study has been checked, once that has been quiet for a while. */
export function createStudyNeeds(
  state: Pick<StudyState, 'snapshot' | 'history' | 'isClosed'>,
  project: Pick<StudyProject, 'noteNeeds'>,
  checks: Pick<StudyChecks, 'needs' | 'onLooked'>,
  failures: Pick<FailuresFacet, 'whyEach'>,
  definitions: Pick<KnownDefinitions, 'warnings' | 'onNoted'>,
): StudyNeeds {
  let timer: NodeJS.Timeout | null = null;
  /** What each failed job lacked by the project.yaml of a revision: their logs are read once. */
  let lacked = new Map<string, FailureCard['missingNeed']>();

  /** What the latest jobs failed of: what isn't staged can't be seen to be read. */
  const byFailure = async (): Promise<readonly HiddenNeed[]> => {
    const {revision, project: now} = state.snapshot();
    const failed = (now?.actions ?? []).flatMap(({name: action, needs}) => {
      const last = state.history.past(action)?.last;
      return last?.state === 'failed'
        ? [{action, needs, jobId: last.jobId, key: `${revision} ${last.jobId}`}]
        : [];
    });
    const known = lacked;
    const cards = await failures.whyEach(
      failed.filter(({key}) => !known.has(key)).map(({jobId}) => jobId),
    );
    lacked = new Map(
      failed.map(({key, jobId}) => [key, known.get(key) ?? cards.get(jobId)?.missingNeed ?? null]),
    );
    return failed.flatMap(({action, needs, key}) => {
      const missing = lacked.get(key) ?? null;
      return missing === null || needs.includes(missing.need)
        ? []
        : [{action, ...missing, at: null, failed: true as const}];
    });
  };

  const look = async (): Promise<void> => {
    const {project: now, text, revision, broken} = state.snapshot();
    if (now === null || text === null || broken) return;
    const found = await checks.needs();
    const hidden = found.ok ? [...found.value.hidden, ...(await byFailure())] : [];
    const problems = found.ok
      ? needProblems(now, actionEdits(text), hidden, found.value.unused)
      : [needsUnknown(found.error.why ?? found.error.message)];
    const all = [...problems, ...(await definitions.warnings(now))];
    if (!state.isClosed()) project.noteNeeds(revision, all);
  };

  let looking = false;
  let wanted = false;
  /** One at a time; what is asked for meanwhile is looked at once more. */
  const lookInTurn = async (): Promise<void> => {
    wanted = true;
    if (looking) return;
    looking = true;
    try {
      while (wanted && !state.isClosed()) {
        wanted = false;
        await look();
      }
    } finally {
      looking = false;
    }
  };

  const lookSoon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      const {revision} = state.snapshot();
      lookInTurn().catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        if (!state.isClosed()) project.noteNeeds(revision, [needsUnknown(why)]);
      });
    }, QUIET_MS);
    timer.unref();
  };
  checks.onLooked(lookSoon);
  definitions.onNoted(lookSoon);
  return {
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
