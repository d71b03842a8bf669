import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import type {Certificate} from '../certificate';
import {answerUnder, createFaults, type Answer, type Faults} from './faults';
import {createProtocolV1, type ProtocolV1, type V1Options} from './protocolV1';
import {createProtocolV2, type ProtocolV2, type V2Options} from './protocolV2';
import {createRecording, type Call, type Recording} from './recording';

/** How a test job server is to be. */
export interface JobServerOptions {
  /** Speaks https with it; http without. */
  readonly certificate?: Certificate;
  readonly v1?: Partial<V1Options>;
  readonly v2?: Partial<V2Options>;
}

/** A job server on the loopback that speaks both protocols, and can be made to fail. */
export interface JobServer {
  /** What JOB_SERVER_ENDPOINT is for the second protocol. */
  readonly endpoint: string;
  /** What JOB_SERVER_ENDPOINT is for the first. */
  readonly endpointV1: string;
  readonly v1: ProtocolV1;
  readonly v2: ProtocolV2;
  readonly faults: Faults;
  readonly recording: Recording;
  close(): Promise<void>;
}

const V2_BASE = '/api/v2/';
const V1_BASE = '/jobs/';

/** The token and the password that a server accepts unless it is told otherwise, for backend `tpp`. */
export const TOKEN = 'token-of-tpp-2b7e151628aed2a6';
export const BASIC = {user: 'queue-user', password: 'queue-pass-3c4fcf098815f7ab'};

/** Starts a job server; it never needs the network. */
export async function startJobServer(options: JobServerOptions = {}): Promise<JobServer> {
  const v2 = createProtocolV2({
    tokens: {[TOKEN]: 'tpp'},
    strict: true,
    pageSize: null,
    ...options.v2,
  });
  const v1 = createProtocolV1({
    ...BASIC,
    strict: true,
    completesOnReclaim: false,
    ignoresWorkspaceId: false,
    ...options.v1,
  });
  const faults = createFaults();
  const recording = createRecording();
  const scheme = options.certificate === undefined ? 'http' : 'https';
  let origin = '';

  const perform = (call: Call): Answer => {
    const url = new URL(call.url, origin);
    const authorization = recording.header(call, 'authorization');
    const body = (): unknown => {
      try {
        return JSON.parse(call.body.toString('utf8')) as unknown;
      } catch {
        return undefined;
      }
    };
    const self = `${origin}${url.pathname}`;
    if (url.pathname === `${V2_BASE}job-requests/` && call.method === 'GET')
      return v2.list(url.searchParams, authorization, self);
    if (url.pathname === `${V2_BASE}jobs/` && call.method === 'POST')
      return v2.post(body(), authorization);
    if (!url.pathname.startsWith(V1_BASE)) return {status: 404, body: {detail: 'Not found'}};
    const path = url.pathname.slice(V1_BASE.length);
    const base = `${origin}${V1_BASE}`;
    return v1.answer(call.method, path, url.searchParams, authorization, body(), base);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    // what arrived of a call that its sender gave up was received all the same
    await new Promise((resolve) => request.once('close', resolve).once('end', resolve));
    const call: Call = {
      method: request.method ?? '',
      url: request.url ?? '',
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(pieces),
      at: Date.now(),
      status: null,
    };
    recording.take(call);
    if (!request.complete) return;
    call.status = await answerUnder(faults.take(call.method), response, () => perform(call));
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  };
  const server =
    options.certificate === undefined
      ? createServer(listener)
      : createSecureServer(
          {cert: options.certificate.cert, key: options.certificate.key},
          listener,
        );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `${scheme}://localhost:${(server.address() as AddressInfo).port}`;
  return {
    endpoint: `${origin}${V2_BASE}`,
    endpointV1: `${origin}${V1_BASE}`,
    v1,
    v2,
    faults,
    recording,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
