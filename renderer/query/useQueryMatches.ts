import {useDeskState} from '../state/deskStore';
import {queryOutcome} from './queryMatches';

/** The actions that the query box means; null while it filters nothing. */
export function useQueryMatches(): ReadonlySet<string> | null {
  return useDeskState((state) => queryOutcome(state).matches);
}
