import {formatDuration, formatMemory} from '../../shared/format';
import type {Job} from '../../shared/job';

/** What one attempt came to, e.g. `2 m 41 s · peak 1.2 GB` or `exit 1`. */
export function outcomeWords(job: Job): string {
  const parts: string[] = [];
  if (job.exitCode !== null && job.exitCode !== 0) parts.push(`exit ${job.exitCode}`);
  if (job.state === 'blocked') parts.push('a need failed');
  if (job.statusCode === 'unmatched_patterns') parts.push('outputs missing');
  if (job.state === 'cancelled') parts.push('cancelled');
  if (job.startedAt !== null && job.completedAt !== null) {
    parts.push(formatDuration((Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000));
  }
  if (job.peakMemoryBytes !== null) parts.push(`peak ${formatMemory(job.peakMemoryBytes)}`);
  return parts.join(' · ');
}
