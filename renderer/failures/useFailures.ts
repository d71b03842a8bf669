import {useEffect, useState} from 'react';
import type {FailureCard, FailureCluster} from '../../shared/failure';
import {useDesk, useDeskState} from '../state/deskStore';

/**
 * The card of a job that failed; null where it failed of something that is not known, undefined while that is looked for,
 * and for a job that did not fail. It is looked for again once project.yaml has changed, which its change was made for.
 */
export function useFailureCard(
  jobId: string | null,
  failed: boolean,
): FailureCard | null | undefined {
  const {host} = useDesk();
  const revision = useDeskState((state) => state.study?.revision ?? 0);
  const [found, setFound] = useState<{
    readonly jobId: string;
    readonly card: FailureCard | null;
  } | null>(null);
  useEffect(() => {
    if (jobId === null || !failed) return undefined;
    let wanted = true;
    void host.request('failures:why', {jobId}).then((answer) => {
      // without a card the log is there to be read, as it is where the host does not know
      if (wanted) setFound({jobId, card: answer.ok ? answer.value : null});
    });
    return () => {
      wanted = false;
    };
  }, [host, jobId, failed, revision]);
  return failed && found?.jobId === jobId ? found?.card : undefined;
}

/** The failed jobs of a run by cause; null while they are looked for, and for a run in which at most one failed. */
export function useCauses(runId: string, failed: number): readonly FailureCluster[] | null {
  const {host} = useDesk();
  const [causes, setCauses] = useState<readonly FailureCluster[] | null>(null);
  const several = failed > 1;
  useEffect(() => {
    if (!several) return undefined;
    let wanted = true;
    void host.request('failures:causes', {runId}).then((answer) => {
      if (wanted) setCauses(answer.ok ? answer.value : null);
    });
    return () => {
      wanted = false;
    };
  }, [host, runId, several, failed]);
  return several ? causes : null;
}
