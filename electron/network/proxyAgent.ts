import http from 'node:http';
import https from 'node:https';
import {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import tls from 'node:tls';

/** The way to an address through a proxy (`http://host:port`); undefined for the usual way. */
export function agentFor(url: URL, proxy: string | null): https.Agent | undefined {
  return proxy === null || url.protocol !== 'https:' || isHere(url.hostname)
    ? undefined
    : new TunnelAgent(new URL(proxy));
}

function isHere(host: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(host);
}

/** Makes each connection through a tunnel that a proxy opens; what goes through it is seen by its two ends alone. */
class TunnelAgent extends https.Agent {
  constructor(private readonly proxy: URL) {
    super();
  }

  // http.Agent asks its own method for each new connection, and takes one that is given later
  override createConnection(
    options: https.RequestOptions,
    onMade?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const {hostname, port} = this.proxy;
    const host = options.host ?? '';
    const target = `${host}:${options.port ?? 443}`;
    const asked = http.request({
      ...{host: hostname, port: port === '' ? 80 : Number(port), agent: false},
      ...{method: 'CONNECT', path: target, headers: {host: target}},
    });
    asked.once('connect', (reply, socket) => {
      if (reply.statusCode === 200) {
        const {ca, rejectUnauthorized = true} = options;
        const known = ca === undefined ? {} : {ca};
        onMade?.(null, tls.connect({socket, servername: host, rejectUnauthorized, ...known}));
        return;
      }
      socket.destroy();
      onMade?.(new Error(`The proxy answered ${reply.statusCode ?? 0}`), socket);
    });
    asked.once('error', (error) =>
      onMade?.(new Error(`The proxy can’t be reached: ${error.message}`), new Socket()),
    );
    asked.end();
  }
}

/** What is asked of a server. */
export interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const REDIRECTS_AT_MOST = 5;

/** Asks as `fetch` does, through a proxy where there is one; the authorization goes to the first server alone. */
export async function fetchThrough(
  proxy: string | null,
  url: string,
  {headers, signal}: Asked,
): Promise<Response> {
  let target = new URL(url);
  if (agentFor(target, proxy) === undefined) return fetch(target, {headers, signal});
  const {origin} = target;
  for (let redirects = 0; redirects <= REDIRECTS_AT_MOST; redirects += 1) {
    const {Authorization: _secret, ...plain} = headers;
    const sent = target.origin === origin ? headers : plain;
    const reply = await ask(target, proxy, {headers: sent, signal});
    const {location} = reply.headers;
    const status = reply.statusCode ?? 0;
    if (status < 300 || status >= 400 || location === undefined) {
      const pieces: Buffer[] = [];
      for await (const piece of reply) pieces.push(piece as Buffer); // no encoding is set
      return new Response(Buffer.concat(pieces), {status, headers: plainHeaders(reply)});
    }
    reply.resume();
    target = new URL(location, target);
  }
  throw new Error('The server redirects in a circle');
}

function ask(url: URL, proxy: string | null, asked: Asked): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const {request} = url.protocol === 'https:' ? https : http;
    request(url, {...asked, headers: {...asked.headers}, agent: agentFor(url, proxy)}, resolve)
      .once('error', reject)
      .end();
  });
}

function plainHeaders({headers}: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}
