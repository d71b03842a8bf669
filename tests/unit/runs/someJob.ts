import type {Job} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';

/** A job of an action, changed as a test needs it. */
export function someJob(action: string, part: Partial<Job> = {}): Job {
  const job = newJob(
    {action, reason: 'requested', waitsFor: []},
    {id: `id-${action}`, runId: 'run', image: 'r:v2', at: '2026-04-01T10:00:00.000Z'},
  );
  return {...job, ...part};
}
