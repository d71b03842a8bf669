import type {WireJob} from '../wire/v2';
import {MESSAGES} from './messages';
import type {Secrets} from './secrets';

/** Replaces a word that holds a secret. */
const WITHHELD = 'withheld';

/**
 * The body of a report after the last scan: where a secret is found in a job, its message gives way to a fixed one, and where that
 * is not enough its action too; its state is reported in any case. `onFound` is called for each such job.
 */
export function safeJobs(
  jobs: readonly WireJob[],
  secrets: Secrets,
  onFound: (identifier: string) => void,
): string {
  const body = JSON.stringify(jobs);
  if (!secrets.foundIn(body)) return body;
  const safe = jobs.map((job) => {
    if (!secrets.foundIn(JSON.stringify(job))) return job;
    onFound(job.identifier);
    const plain = {...job, status_message: MESSAGES.internal};
    return secrets.foundIn(JSON.stringify(plain)) ? {...plain, action: WITHHELD} : plain;
  });
  return JSON.stringify(safe);
}

/** The same for a message of protocol v1: its text is replaced, and outputs are left out where they hold one. */
export function safeMessage(
  message: Readonly<Record<string, unknown>>,
  secrets: Secrets,
  onFound: () => void,
): string {
  const body = JSON.stringify(message);
  if (!secrets.foundIn(body)) return body;
  onFound();
  const plain =
    'status_message' in message ? {...message, status_message: MESSAGES.internal} : {...message};
  const text = JSON.stringify(plain);
  if (!secrets.foundIn(text)) return text;
  const {outputs, ...rest} = plain as Readonly<Record<string, unknown>>;
  return JSON.stringify(outputs === undefined ? plain : rest);
}
