import {formatDuration, formatMemory} from '../../shared/format';
import type {Job} from '../../shared/job';
import type {ActionState} from '../../shared/status';

/** The mark of one attempt. */
export function stateOfJob(job: Pick<Job, 'state' | 'statusCode'>): ActionState {
  switch (job.state) {
    case 'pending':
      return 'waiting';
    case 'running':
      return 'running';
    case 'succeeded':
      return 'up-to-date';
    case 'failed':
      return job.statusCode === 'cancelled_by_user' ? 'cancelled' : 'failed';
  }
}

/** What one attempt came to, e.g. `2 m 41 s · peak 1.2 GB` or `exit 1`. */
export function outcomeWords(job: Job): string {
  const parts: string[] = [];
  if (job.exitCode !== null && job.exitCode !== 0) parts.push(`exit ${job.exitCode}`);
  if (job.statusCode === 'dependency_failed') parts.push('a need failed');
  if (job.statusCode === 'unmatched_patterns') parts.push('outputs missing');
  if (job.statusCode === 'cancelled_by_user') parts.push('cancelled');
  if (job.startedAt !== null && job.completedAt !== null) {
    parts.push(formatDuration((Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000));
  }
  if (job.peakMemoryBytes !== null) parts.push(`peak ${formatMemory(job.peakMemoryBytes)}`);
  return parts.join(' · ');
}
