import type {ServeConfig} from './config';
import type {HealthFacts} from './health';
import {errorFacts, type ServeLog} from './log';
import type {PollOutcome} from './requests/front';
import {requestedBy, type Flag} from './state/flags';
import type {ServeState} from './state/serveState';
import {join} from 'node:path';
import * as z from 'zod';
import {readJson} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';

/** Begins to watch the polls of a runner; `now` is in milliseconds since 1970. */
export function createPollWatch(
  {backend, pollSeconds, maxWorkers}: ServeConfig,
  stateDir: string,
  state: ServeState,
  log: ServeLog,
  now: () => number,
) {
  const polls = {good: 0, failed: 0};
  let lastGoodPoll: number | null = null;
  let denied = false;
  return {
    onPoll(outcome: PollOutcome): void {
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
    facts(flags: readonly Flag[]): HealthFacts {
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

const PollFact = z.object({at: z.string(), ok: z.boolean(), message: z.string().nullable()});

/** How the latest poll went, for those who look from outside; `at` is ISO 8601 UTC, true to a minute. */
export type PollFact = z.infer<typeof PollFact>;

/** An unchanged outcome is written at most this often: an idle runner must not keep the disk busy. */
const AGAIN_MS = 60_000;
const written = new Map<string, {readonly at: number; readonly text: string}>();

/** Notes how a poll went. */
async function writePollFact(stateDir: string, outcome: PollOutcome, now: number): Promise<void> {
  const message = outcome.kind === 'ok' ? null : outcome.why;
  const last = written.get(stateDir);
  const text = JSON.stringify([outcome.kind, message]);
  if (last?.text === text && Math.abs(now - last.at) < AGAIN_MS) return;
  written.set(stateDir, {at: now, text});
  const fact: PollFact = {at: new Date(now).toISOString(), ok: outcome.kind === 'ok', message};
  await writeFileAtomically(join(stateDir, 'poll.json'), JSON.stringify(fact), 0o600);
}

/** How the latest poll went; null before the first. */
export async function readPollFact(stateDir: string): Promise<PollFact | null> {
  const read = PollFact.safeParse(await readJson(join(stateDir, 'poll.json')));
  return read.success ? read.data : null;
}
