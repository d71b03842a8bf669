import http, {type IncomingMessage} from 'node:http';
import https, {type RequestOptions} from 'node:https';
import type {GitHttpRequest, GitHttpResponse, HttpClient} from 'isomorphic-git';

/** How a git host is spoken to. */
export interface GuardedHost {
  /** `https://host`, with a port where it has one, or `http://` of this computer itself; nothing is asked of any other. */
  readonly origin: string;
  /** Value of the header `Authorization`; null to ask as nobody. It goes to the origin alone. */
  readonly authorization: string | null;
  /** Milliseconds without a sign of life after which an answer is given up. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** The way through a proxy; none by default. */
  readonly agent?: https.Agent | undefined;
  /** Bytes of a listing of references, and of all else; more ends it. */
  readonly most?: {readonly listing: number; readonly pack: number};
  /** Called when an answer breaks off: isomorphic-git takes that for its end, and finds another fault later. */
  readonly onBroken?: (error: unknown) => void;
}

/** A git host did what it must not do; the message is a whole sentence without its full stop. */
export class GitHostFault extends Error {}

const REDIRECTS_AT_MOST = 5;
/** More than any listing of references; packs are not bounded. */
const ADVERTISEMENT_BYTES = 256 * 1024 * 1024;

/**
 * The transport of isomorphic-git for code that is fetched with a token: https only (or this computer's own http), one host only, also where it redirects,
 * so that the token never goes elsewhere; it is in a header and so in no address, file or list of processes.
 */
export function guardedHttp(host: GuardedHost): HttpClient {
  const {most, onBroken = () => undefined} = host;
  return {
    async request(asked: GitHttpRequest): Promise<GitHttpResponse> {
      const body = await bodyOf(asked.body);
      let url = onOrigin(host, asked.url);
      for (let redirects = 0; ; redirects += 1) {
        const reply = await send(host, url, asked, body);
        const status = reply.statusCode ?? 0;
        const location = reply.headers.location;
        if (status < 300 || status >= 400 || location === undefined)
          return {
            url: url.href,
            method: asked.method ?? 'GET',
            statusCode: status,
            statusMessage: reply.statusMessage ?? '',
            headers: plainHeaders(reply),
            body:
              asked.method === 'POST'
                ? bounded(reply, most?.pack ?? Infinity, onBroken)
                : await inOnePiece(bounded(reply, most?.listing ?? ADVERTISEMENT_BYTES, onBroken)),
          };
        reply.resume();
        if (redirects === REDIRECTS_AT_MOST)
          throw new GitHostFault('The git host redirects in a circle');
        url = onOrigin(host, new URL(location, url).href);
      }
    },
  };
}

function onOrigin({origin}: GuardedHost, text: string): URL {
  const url = new URL(text);
  if (url.origin !== origin || (url.protocol !== 'https:' && !isThisComputer(url)))
    throw new GitHostFault(`The git host leads to another one, ${url.origin}, which is not asked`);
  return url;
}

/** True for an address that no other computer hears: there http is as good as https. */
export function isThisComputer({hostname}: URL): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

async function bodyOf(pieces: GitHttpRequest['body']): Promise<Buffer | null> {
  if (pieces === undefined) return null;
  const parts: Uint8Array[] = [];
  // isomorphic-git also gives plain arrays here
  for await (const part of pieces as AsyncIterable<Uint8Array> | Iterable<Uint8Array>)
    parts.push(part);
  return Buffer.concat(parts);
}

function send(
  {authorization, silenceMs, signal, agent, onBroken}: GuardedHost,
  url: URL,
  {method = 'GET', headers = {}}: GitHttpRequest,
  body: Buffer | null,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method,
      signal,
      ...(agent === undefined ? {} : {agent}),
      headers: {
        ...headers,
        ...(authorization === null ? {} : {authorization}),
        ...(body === null ? {} : {'content-length': body.length}),
      },
    };
    const {request} = url.protocol === 'https:' ? https : http;
    const sent = request(url, options, resolve);
    sent.setTimeout(silenceMs, () => {
      const fault = new GitHostFault('The git host does not answer');
      // an answer that has begun ends with another error
      onBroken?.(fault);
      sent.destroy(fault);
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

function plainHeaders({headers}: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/** A listing is read whole before it is looked at, which takes long where it comes in pieces. */
async function inOnePiece(
  pieces: AsyncIterable<Uint8Array>,
): Promise<AsyncIterableIterator<Uint8Array>> {
  const parts: Uint8Array[] = [];
  for await (const part of pieces) parts.push(part);
  const whole = Buffer.concat(parts);
  return (async function* () {
    yield whole;
  })();
}

async function* bounded(
  reply: IncomingMessage,
  most: number,
  onBroken: (error: unknown) => void,
): AsyncIterableIterator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of reply) {
      const part = piece as Buffer; // no encoding is set
      bytes += part.length;
      if (bytes > most) throw new GitHostFault('The git host sends more than is taken from one');
      yield part;
    }
  } catch (error) {
    onBroken(error);
    throw error;
  }
}
