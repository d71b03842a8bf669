import type {ServeConfig} from './config';
import type {HealthFacts} from './health';
import {errorFacts, type ServeLog} from './log';
import type {PollOutcome} from './requests/front';
import {requestedBy, type Flag} from './state/flags';
import {writePollFact} from './state/pollFact';
import type {ServeState} from './state/serveState';

/** Keeps count of polls, for those who look at the runner from outside. */
export interface PollWatch {
  onPoll(outcome: PollOutcome): void;
  facts(flags: readonly Flag[]): HealthFacts;
}

/** Begins to watch the polls of a runner; `now` is in milliseconds since 1970. */
export function createPollWatch(
  {backend, pollSeconds, maxWorkers}: ServeConfig,
  stateDir: string,
  state: ServeState,
  log: ServeLog,
  now: () => number,
): PollWatch {
  const polls = {good: 0, failed: 0};
  let lastGoodPoll: number | null = null;
  let denied = false;
  return {
    onPoll(outcome) {
      if (outcome.kind === 'ok') {
        polls.good += 1;
        lastGoodPoll = Math.floor(now() / 1000);
      } else polls.failed += 1;
      denied = outcome.kind === 'failed' && outcome.denied;
      log.debug('poll', {...outcome});
      writePollFact(stateDir, outcome, now()).catch((error: unknown) =>
        log.error('state', errorFacts(error)),
      );
    },
    facts(flags) {
      const jobs = {pending: 0, running: 0, succeeded: 0, failed: 0};
      for (const job of state.allJobs()) jobs[job.state] += 1;
      return {
        backend,
        lastGoodPoll,
        now: Math.floor(now() / 1000),
        pollSeconds,
        denied,
        jobs,
        polls,
        maxWorkers,
        ...requestedBy(flags),
      };
    },
  };
}
