import type {Secrets} from '../rules/secrets';
import {readAddress} from '../rules/repositoryAddress';

/** What became of one call to a job server. */
export type Reply =
  /** A status of 200 to 299 with JSON. */
  | {readonly kind: 'ok'; readonly body: unknown}
  /** The server refused what was sent: sending it again would not help. */
  | {readonly kind: 'refused'; readonly status: number}
  /** The credentials are not accepted. */
  | {readonly kind: 'denied'; readonly status: number}
  /** It did not answer, or not in a way that can be used: to be tried again later. */
  | {readonly kind: 'down'; readonly why: string};

/** One call. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text of JSON, which has passed the last scan; null for none. */
  readonly body: string | null;
}

/** Calls a job server; never rejects. */
export type CallServer = (call: Call, signal: AbortSignal) => Promise<Reply>;

/** Largest answer that is read, in bytes. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Speaks HTTP to one server: redirects are not followed, as the token would go with them, and each call ends after `timeoutMs`. A
 * body or address in which a secret is found is a fault of ours, and is not sent.
 */
export function createCallServer(timeoutMs: number, secrets: Secrets): CallServer {
  return async ({method, url, headers, body}, signal) => {
    if (secrets.foundIn(url) || (body !== null && secrets.foundIn(body)))
      return {kind: 'down', why: 'a secret was found in what was to be sent'};
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const timer = setTimeout(end, timeoutMs);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      const reply = await fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === null ? {} : {'content-type': 'application/json'}),
          ...headers,
        },
        ...(body === null ? {} : {body}),
        redirect: 'manual',
        signal: ended.signal,
      });
      const text = await boundedText(reply);
      return readReply(reply.status, text);
    } catch (error) {
      return {kind: 'down', why: ended.signal.aborted ? 'no answer in time' : reasonOf(error)};
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };
}

/** What a status and a text mean. */
export function readReply(status: number, text: string | null): Reply {
  if (status === 401 || status === 403) return {kind: 'denied', status};
  if (status >= 500 || status === 408 || status === 429 || status < 200)
    return {kind: 'down', why: `status ${status}`};
  if (status >= 400) return {kind: 'refused', status};
  if (status >= 300) return {kind: 'down', why: `status ${status}: redirects are not followed`};
  if (text === null) return {kind: 'down', why: 'the answer has no end'};
  try {
    return {kind: 'ok', body: JSON.parse(text) as unknown}; // decoded by whoever asked
  } catch {
    return {kind: 'down', why: 'the answer is no JSON'};
  }
}

async function boundedText(reply: Response): Promise<string | null> {
  if (reply.body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of reply.body as unknown as AsyncIterable<Uint8Array>) {
    // a stream of the web is one in Node
    bytes += part.length;
    if (bytes > ANSWER_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** The code of the system, or the kind of error; a text of the library might quote an address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = (cause as {readonly code?: unknown} | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}

/** The address of the same server that a page names as the next; null where it leads elsewhere. */
export function sameServer(endpoint: string, next: string): string | null {
  const url = readAddress(next, endpoint);
  if (url === null) return null;
  const base = new URL(endpoint);
  if (url.host !== base.host || !url.pathname.startsWith(base.pathname)) return null;
  // behind a proxy servers often name themselves by http
  url.protocol = base.protocol;
  return url.href;
}
