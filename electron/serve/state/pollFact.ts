import {join} from 'node:path';
import * as z from 'zod';
import {readJson} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import type {PollOutcome} from '../requests/front';

const PollFact = z.object({at: z.string(), ok: z.boolean(), message: z.string().nullable()});

/** How the latest poll went, for those who look from outside; `at` is ISO 8601 UTC, true to a minute. */
export type PollFact = z.infer<typeof PollFact>;

/** An unchanged outcome is written at most this often: an idle runner must not keep the disk busy. */
const AGAIN_MS = 60_000;
const written = new Map<string, {readonly at: number; readonly text: string}>();

/** Notes how a poll went. */
export async function writePollFact(
  stateDir: string,
  outcome: PollOutcome,
  now: number,
): Promise<void> {
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
