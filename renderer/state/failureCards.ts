import type {FailureCard, FailureCluster} from '../../shared/failure';
import {useAnswer} from './ask';
import {useDeskState} from './deskStore';

/**
 * The card of a job that failed; null where it failed of something that is not known, undefined while that is looked for,
 * and for a job that did not fail. It is looked for again once project.yaml has changed, which its change was made for.
 */
export function useFailureCard(
  jobId: string | null,
  failed: boolean,
): FailureCard | null | undefined {
  const revision = useDeskState((state) => state.study?.revision ?? 0);
  const asked = jobId === null || !failed ? null : {jobId};
  const [answer, age] = useAnswer('failures:why', asked, revision);
  // without a card the log is there to be read, as it is where the host does not know
  return answer === null || age === 'other' ? undefined : answer.ok ? answer.value : null;
}

/** The failed jobs of a run by cause; null while they are looked for, and for a run in which at most one failed. */
export function useCauses(runId: string, failed: number): readonly FailureCluster[] | null {
  const several = failed > 1;
  const [causes] = useAnswer('failures:causes', several ? {runId} : null, failed);
  return several && causes?.ok === true ? causes.value : null;
}
