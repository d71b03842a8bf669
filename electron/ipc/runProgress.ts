import {isFinal} from '../../shared/job';
import type {RunEvent} from '../../shared/run';

/** How far the run under way in a study has come. */
export interface RunProgress {
  /** The share of jobs that have ended, from 0 to 1, after this event; null at the run's end, undefined where it shows nothing. */
  after(event: RunEvent): number | null | undefined;
}

/** The progress of one run after the other. */
export function createRunProgress(): RunProgress {
  const ended = new Map<string, boolean>();
  const share = (): number => [...ended.values()].filter(Boolean).length / Math.max(1, ended.size);
  return {
    after(event) {
      switch (event.event) {
        case 'started':
          ended.clear();
          for (const job of event.run.jobs) ended.set(job.id, isFinal(job.statusCode));
          return share();
        case 'job':
          ended.set(event.job.id, isFinal(event.job.statusCode));
          return share();
        case 'finished':
          ended.clear();
          return null;
        default:
          return undefined;
      }
    },
  };
}
