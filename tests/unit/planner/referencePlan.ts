import type {ActionHistory} from '../../../electron/planner/rerunReason';
import type {ActionGraph} from '../../../shared/graph';

/**
 * Which actions the reference would make jobs for, written down a second time straight from the
 * words of RULES "Jobs of a request", to hold the planner against.
 */
export function referenceJobs(
  graph: ActionGraph,
  history: ReadonlyMap<string, ActionHistory>,
  requested: readonly string[],
  forceDependencies: boolean,
): ReadonlySet<string> {
  const jobs = new Set<string>();
  const usable = (action: string): 'succeeded' | 'failed' | 'never run' => {
    const last = history.get(action);
    return last !== undefined && last.outputsPresent ? last.state : 'never run';
  };
  const handle = (action: string): void => {
    if (jobs.has(action)) return;
    const explicitly = requested.includes(action);
    if (!explicitly && !forceDependencies && usable(action) === 'succeeded') return;
    for (const need of graph.upstream.get(action) ?? []) handle(need);
    jobs.add(action);
  };
  const all = requested.includes('run_all') ? graph.names : requested;
  for (const action of all) handle(action);
  return jobs;
}
