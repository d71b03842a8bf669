import {chmodSync, lstatSync, unlinkSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import {connect} from 'node:net';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {promisify} from 'node:util';
import {gzip} from 'node:zlib';
import * as z from 'zod';
import {createAppProtocol} from '../app/appProtocol';
import {outputPolicy} from '../app/security';
import {parseJson, readRegularFile} from '../files/openFile';
import {APP_ORIGIN} from '../ipc/ipcPort';
import type {Door} from './door';
import type {Links} from './links';
import type {Found, OnceAddresses} from './onceAddresses';
import {isAllowed, type Addresses, type WebPlace} from './webPlace';

/** Connections at a time; what comes besides is closed at once. */
const MOST_CONNECTIONS = 64;
/** How long a request's head may take, and its whole, in milliseconds. */
const HEAD_MS = 10_000;
const REQUEST_MS = 20_000;
/** How often that is looked at, in milliseconds. */
const LOOK_MS = 1000;
/** How long a connection without a request stays open, in milliseconds. */
const IDLE_MS = 5000;
/** Largest body of a request, in bytes: a token. */
const MOST_BODY = 1024;

const exchangeSchema = z.strictObject({token: z.string().max(100)});

/** What the server answers with. */
export interface WebServerParts {
  readonly place: WebPlace;
  /** The built page. */
  readonly renderer: string;
  readonly addresses: () => Addresses;
  readonly door: Door;
  readonly once: OnceAddresses;
  readonly links: Links;
  /** The page's address with a new token. */
  readonly newAddress: () => string;
  /** Notes a request that was refused. */
  readonly refused: (host: string, origin: string) => void;
  readonly logBug: (id: string, error: unknown) => void;
}

/**
 * The one server: the page's own files, which hold nothing of a study; the exchange of a token; what frames and pictures load
 * once; and WebSockets. Each request's Host and Origin are looked at before anything else of it.
 */
export async function createWebServer(parts: WebServerParts): Promise<Server> {
  const {place, links} = parts;
  const options = {
    headersTimeout: HEAD_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: LOOK_MS,
    keepAliveTimeout: IDLE_MS,
    maxHeaderSize: 16 * 1024,
    insecureHTTPParser: false,
  };
  const pages = createAppProtocol(parts.renderer, undefined, {
    frames: "'self'",
    ancestors: place.allowFrame ?? "'none'",
  });
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(parts, pages, request, response).catch((error: unknown) => {
      parts.logBug('web', error);
      if (!response.headersSent) refuse(response, 500);
      else response.destroy();
    });
  };
  const server =
    place.tls === null
      ? createServer(options, handle)
      : createTlsServer(
          {
            ...options,
            cert: await readRegularFile(place.tls.cert),
            key: await readRegularFile(place.tls.key),
            minVersion: 'TLSv1.2',
            handshakeTimeout: HEAD_MS,
          },
          handle,
        );
  server.maxConnections = MOST_CONNECTIONS;
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request, place);
    if (!admits(parts, request, true) || path?.rest !== 'socket' || path.query !== '')
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else links.upgrade(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (socket.writable)
      socket.end(
        `HTTP/1.1 ${late ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`,
      );
    else socket.destroy();
  });
  return server;
}

/** Begins to listen; answers the port, or null on a Unix socket, which only this user may then use. */
export async function listen(server: Server, {listen: where}: WebPlace): Promise<number | null> {
  if (where.kind === 'port') {
    await started(server, () => server.listen({host: where.host, port: where.port}));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  }
  await removeLeftSocket(where.path);
  // made for this user alone from the first moment on
  const before = process.umask(0o177);
  try {
    await started(server, () => server.listen(where.path));
  } finally {
    process.umask(before);
  }
  chmodSync(where.path, 0o600);
  return null;
}

function started(server: Server, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.removeListener('error', reject);
      resolve();
    });
    begin();
  });
}

/** Removes the socket of a server that is gone; one that answers, and whatever else is there, stays. */
async function removeLeftSocket(path: string): Promise<void> {
  try {
    if (!lstatSync(path).isSocket()) return;
  } catch {
    return;
  }
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (!answers) unlinkSync(path);
}

/** The path of a request behind the base path, as it was sent; null for one that lies elsewhere. */
function pathOf(
  {url = ''}: IncomingMessage,
  {basePath}: WebPlace,
): {readonly rest: string; readonly query: string} | null {
  const [path = '', ...query] = url.split('?');
  if (!path.startsWith(basePath)) return null;
  return {rest: path.slice(basePath.length), query: query.join('?')};
}

/** Host and Origin are what they may be, each given once; a refusal is noted with both. */
function admits(
  parts: WebServerParts,
  request: IncomingMessage,
  needsOrigin: boolean,
  mayBeNobodys = false,
): boolean {
  const named = (name: string) =>
    request.rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name);
  const {host} = request.headers;
  const given = request.headers.origin;
  const origin = mayBeNobodys && given === 'null' ? undefined : given;
  const once = named('host').length === 1 && named('origin').length <= 1;
  if (once && isAllowed(parts.addresses(), {host, origin}, needsOrigin)) return true;
  parts.refused(host ?? '', given ?? '');
  return false;
}

async function answer(
  parts: WebServerParts,
  pages: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const {place} = parts;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const path = pathOf(request, place);
  const isControl = request.method === 'POST' && path?.rest === 'token';
  // a picture in an HTML output is asked for by an origin that is nobody's
  const isOnce = reads && path?.rest.startsWith('once/') === true;
  if (!admits(parts, request, !reads && !isControl, isOnce)) return refuse(response, 403);
  if (path === null) {
    if (!reads || `${request.url}/` !== place.basePath) return refuse(response, 404);
    response.writeHead(308, {...PLAIN, Location: place.basePath}).end();
    return undefined;
  }
  if (isControl) return giveToken(parts, request, response);
  if (request.method === 'POST' && path.rest === 'session')
    return exchange(parts, request, response);
  if (!reads) return refuse(response, 405);
  const once = /^once\/(.+)$/.exec(path.rest)?.[1];
  if (once !== undefined) return sendOnce(parts, once, request, response);
  return sendPage(parts.renderer, pages, path.rest, request, response);
}

const PLAIN = {
  'Content-Length': 0,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** The connection goes on only where all of the request has been read. */
function refuse(response: ServerResponse, status: number, wasRead = false): void {
  response.writeHead(status, wasRead ? PLAIN : {...PLAIN, Connection: 'close'}).end();
}

function sendJson(response: ServerResponse, value: object): void {
  const text = JSON.stringify(value);
  response
    .writeHead(200, {
      ...PLAIN,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    })
    .end(text);
}

/** A token for the secret of a session; the page keeps it for its tab. */
async function exchange(
  {door}: WebServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // what a form can send without being asked about is not taken
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return refuse(response, 415);
  const body = await bodyOf(request);
  if (body === null) return refuse(response, 413);
  const asked = exchangeSchema.safeParse(parseJson(body));
  const session = asked.success ? door.exchange(asked.data.token) : null;
  if (session === null) return refuse(response, 403, true);
  return sendJson(response, {session});
}

/**
 * Another address, for who may use the Unix socket: this user alone. What a proxy or a browser hands on is refused, since that
 * may come from anyone.
 */
function giveToken(
  parts: WebServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const {place, newAddress} = parts;
  const handedOn = Object.keys(request.headers).some((name) =>
    /^(origin|via|forwarded|referer|x-forwarded-.*|x-real-ip|sec-.*)$/.test(name),
  );
  const mayAsk = place.listen.kind === 'socket' && !place.behindProxy && !handedOn;
  if (!mayAsk) return refuse(response, 403);
  request.resume();
  return sendJson(response, {url: newAddress()});
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BODY) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function sendOnce(
  {once, place}: WebServerParts,
  rest: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // the page's own frames, pictures and fetches say so; what leads here from another web app of this computer is refused
  const {'sec-fetch-site': site, 'sec-fetch-dest': dest} = request.headers;
  const fromPage = site === undefined || site === 'same-origin' || site === 'cross-site';
  if (request.method !== 'GET' || !fromPage) return refuse(response, 403);
  const found = await once.find(rest).catch(() => null);
  if (found === null) return refuse(response, 404);
  // by itself in a tab it could lead elsewhere, which the page around it does not let it
  if (found.isOutput && dest === 'document') return refuse(response, 403);
  const ancestors = ["'self'", ...(place.allowFrame === null ? [] : [place.allowFrame])].join(' ');
  response.writeHead(200, {
    'Content-Type': found.type,
    'Content-Security-Policy': outputPolicy(false, ancestors),
    'X-Content-Type-Options': 'nosniff',
    'X-DNS-Prefetch-Control': 'off',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...(found.isOutput ? {} : {'Content-Disposition': dispositionOf(found)}),
  });
  try {
    await pipeline(
      found.body instanceof Uint8Array ? Readable.from([found.body]) : found.body,
      response,
    );
    found.sent(true);
  } catch {
    // the browser went away
    found.sent(false);
  }
}

function dispositionOf({saveAs}: Found): string {
  return saveAs === null
    ? 'attachment'
    : `attachment; filename*=UTF-8''${encodeURIComponent(saveAs)}`;
}

/** Files that are sent compressed, where the build has not done so: for a browser far away they are most of what it waits for. */
const GZIPPED = /^(text|image\/svg)/;
const gzipped = promisify(gzip);

/** One of the page's own files. */
async function sendPage(
  renderer: string,
  pages: (request: Request) => Promise<Response>,
  rest: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const page = rest.startsWith('/') ? null : await pages(new Request(`${APP_ORIGIN}/${rest}`));
  if (page?.status !== 200) return refuse(response, 404);
  const hashed = /^assets\/[^/]+-[\w-]{8}\.\w+$/.test(rest);
  const accepts = (encoding: string): boolean =>
    String(request.headers['accept-encoding'] ?? '')
      .split(/[\s,;]+/)
      .includes(encoding);
  const whole = Buffer.from(await page.arrayBuffer());
  const packed =
    hashed && accepts('br')
      ? await readRegularFile(join(renderer, `${rest}.br`)).catch(() => null)
      : null;
  const gzips =
    packed === null && accepts('gzip') && GZIPPED.test(page.headers.get('content-type') ?? '');
  const content = packed ?? (gzips ? await gzipped(whole) : whole);
  const encoding = packed === null ? (gzips ? 'gzip' : null) : 'br';
  response.writeHead(200, {
    ...Object.fromEntries(page.headers),
    ...(encoding === null ? {} : {'content-encoding': encoding}),
    vary: 'Accept-Encoding',
    'content-length': content.length,
    'cache-control': hashed ? 'private, max-age=31536000, immutable' : 'no-store',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}
