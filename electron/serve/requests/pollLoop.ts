import type {ServeLog} from '../log';
import type {Front, PollOutcome} from './front';

/** How polls follow each other. */
export interface PollLoopOptions {
  readonly front: Front;
  readonly pollSeconds: number;
  readonly signal: AbortSignal;
  readonly log: ServeLog;
  readonly onPoll: (outcome: PollOutcome) => void;
  /** Waits; ends early when the signal is given. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** Longest wait between two polls of a server that does not answer. */
const LONGEST_SECONDS = 300;
const FIRST_FACTOR = 5;

/** Seconds to wait after so many failed polls in a row: five times the interval, doubled up to five minutes. */
export function backOffSeconds(failures: number, pollSeconds: number): number {
  if (failures === 0) return pollSeconds;
  const wait = FIRST_FACTOR * pollSeconds * 2 ** Math.min(failures - 1, 30);
  return Math.max(pollSeconds, Math.min(LONGEST_SECONDS, wait));
}

/** Polls until the signal is given. A server that does not answer is asked less and less often; jobs go on meanwhile. */
export async function pollUntilStopped(options: PollLoopOptions): Promise<void> {
  const {front, pollSeconds, signal, log, onPoll, wait} = options;
  let failures = 0;
  while (!signal.aborted) {
    const outcome = await front.poll(signal);
    if (signal.aborted) return;
    onPoll(outcome);
    failures = outcome.kind === 'ok' ? 0 : failures + 1;
    const seconds = backOffSeconds(failures, pollSeconds);
    if (outcome.kind === 'failed')
      log[outcome.denied ? 'error' : 'warning']('back-off', {
        why: outcome.why,
        denied: outcome.denied,
        seconds,
      });
    await wait(seconds);
  }
}
