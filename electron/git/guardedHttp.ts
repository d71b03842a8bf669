import {request, type RequestOptions} from 'node:https';
import type {IncomingMessage} from 'node:http';
import type {GitHttpRequest, GitHttpResponse, HttpClient} from 'isomorphic-git';

/** How a git host is spoken to. */
export interface GuardedHost {
  /** `https://host`, with a port where it has one; nothing is asked of any other. */
  readonly origin: string;
  /** Value of the header `Authorization`; null to ask as nobody. It goes to the origin alone. */
  readonly authorization: string | null;
  /** Milliseconds without a sign of life after which an answer is given up. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

const REDIRECTS_AT_MOST = 5;
/** More than any listing of references; packs are not bounded. */
const ADVERTISEMENT_BYTES = 256 * 1024 * 1024;

/**
 * The transport of isomorphic-git for code that is fetched with a token: https only, one host only, also where it redirects,
 * so that the token never goes elsewhere; it is in a header and so in no address, file or list of processes.
 */
export function guardedHttp(host: GuardedHost): HttpClient {
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
            body: bounded(reply, asked.method === 'POST' ? Infinity : ADVERTISEMENT_BYTES),
          };
        reply.resume();
        if (redirects === REDIRECTS_AT_MOST) throw new Error('The git host redirects in a circle');
        url = onOrigin(host, new URL(location, url).href);
      }
    },
  };
}

function onOrigin({origin}: GuardedHost, text: string): URL {
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.origin !== origin)
    throw new Error('The git host leads to another one, which is not asked');
  return url;
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
  {authorization, silenceMs, signal}: GuardedHost,
  url: URL,
  {method = 'GET', headers = {}}: GitHttpRequest,
  body: Buffer | null,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method,
      signal,
      headers: {
        ...headers,
        ...(authorization === null ? {} : {authorization}),
        ...(body === null ? {} : {'content-length': body.length}),
      },
    };
    const sent = request(url, options, resolve);
    sent.setTimeout(silenceMs, () => sent.destroy(new Error('The git host does not answer')));
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

async function* bounded(reply: IncomingMessage, most: number): AsyncIterableIterator<Uint8Array> {
  let bytes = 0;
  for await (const piece of reply) {
    const part = piece as Buffer; // no encoding is set
    bytes += part.length;
    if (bytes > most) throw new Error('The git host answers without an end');
    yield part;
  }
}
