import {useEffect, useState} from 'react';
import type {OutputDecision} from '../../shared/preview';
import {useDesk, useDeskState} from '../state/deskStore';

const NONE: readonly OutputDecision[] = [];

/** What was marked as up to date or restored, newest first; asked for anew when states change outside a run. */
export function useDecisions(): readonly OutputDecision[] {
  const {host} = useDesk();
  const [decisions, setDecisions] = useState(NONE);
  const study = useDeskState((state) => state.study?.dir ?? null);
  const settled = useDeskState((state) => (state.activeRunId === null ? state.statuses : null));
  useEffect(() => {
    if (study === null || settled === null) return;
    let wanted = true;
    void host.request('provenance:decisions', {}).then((answer) => {
      if (wanted && answer.ok) setDecisions(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [host, study, settled]);
  return decisions;
}
