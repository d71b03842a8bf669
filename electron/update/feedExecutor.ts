import {createHash} from 'node:crypto';
import {createWriteStream} from 'node:fs';
import {mkdir, readdir, rename, rm, stat} from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {HttpExecutor, type DownloadOptions} from 'builder-util-runtime';
import {readStream} from '../files/openFile';
import {agentFor} from '../network/proxyAgent';

/** A download that broke off goes on where it was, so many times before it is given up until somebody asks again. */
const TRIES = 3;
const AGAIN_MS = 500;
const REDIRECTS = 5;
/** More than any application of ours has, in bytes. */
const MOST_BYTES = 2 * 1024 ** 3;

/** How a feed is asked. */
export interface FeedWay {
  /** Where what has come of a download is kept until it is whole. */
  readonly partFolder: string;
  readonly proxy: () => string | null;
  /** Milliseconds without a byte after which a feed counts as stalled. */
  readonly stallMs: number;
}

/** What came is not what the feed has announced. */
export class WrongContent extends Error {}

/**
 * Asks a feed by Node, as Chromium has no network here: https alone but for this computer, by the user's proxy, without the id by which
 * electron-updater would let a feed count its users. Downloads go on where they broke off, also after a start.
 */
export class FeedExecutor extends HttpExecutor<http.ClientRequest> {
  constructor(private readonly way: FeedWay) {
    super();
  }

  override createRequest(
    options: http.RequestOptions,
    callback: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const {protocol, hostname, port, path, headers} = options;
    const url = new URL(`${protocol ?? 'https:'}//${hostname ?? ''}:${port ?? ''}${path ?? '/'}`);
    return this.ask(url, headers as http.OutgoingHttpHeaders | undefined, callback);
  }

  override addErrorAndTimeoutHandlers(
    request: http.ClientRequest,
    reject: (error: Error) => void,
  ): void {
    super.addErrorAndTimeoutHandlers(request, reject, this.way.stallMs);
  }

  /** Called by electron-updater, which has it of its own executor. */
  async download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    const {cancellationToken, sha512} = options;
    const stop = new AbortController();
    return cancellationToken.createPromise<string>((resolve, reject, onCancel) => {
      onCancel(() => stop.abort());
      this.whole(url, sha512 ?? '', options, stop.signal)
        .then((part) => rename(part, destination))
        .then(() => resolve(destination), reject);
    });
  }

  /** All of a file, checked; part of it stays where it does not come to that, unless it is wrong. */
  private async whole(
    url: URL,
    sha512: string,
    options: DownloadOptions,
    signal: AbortSignal,
  ): Promise<string> {
    const {partFolder} = this.way;
    const name = `${createHash('sha256').update(sha512).digest('hex').slice(0, 32)}.part`;
    const part = join(partFolder, name);
    await mkdir(partFolder, {recursive: true});
    for (const other of await readdir(partFolder))
      if (other !== name) await rm(join(partFolder, other), {recursive: true, force: true});
    for (let left = TRIES; ; left -= 1)
      try {
        await this.rest(url, part, options, signal);
        break;
      } catch (error) {
        if (signal.aborted || left === 0 || error instanceof WrongContent) throw error;
        await delay(AGAIN_MS, null, {signal});
      }
    const hash = createHash('sha512');
    for await (const piece of readStream(part)) hash.update(piece as Buffer);
    if (hash.digest('base64') === sha512) return part;
    await rm(part, {force: true});
    throw new WrongContent('Its checksum is another one than the feed announces');
  }

  /** Brings what is missing of a file. */
  private async rest(
    url: URL,
    part: string,
    {onProgress}: DownloadOptions,
    signal: AbortSignal,
  ): Promise<void> {
    const here = (await stat(part).catch(() => null))?.size ?? 0;
    const response = await this.answerTo(url, here, signal);
    // there is no more than what is here
    if (response.statusCode === 416) {
      response.destroy();
      return;
    }
    const from = response.statusCode === 206 ? here : 0;
    const total = from + Number(response.headers['content-length'] ?? 0);
    let transferred = from;
    await pipeline(
      response,
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          transferred += piece.length;
          if (transferred > MOST_BYTES) throw new WrongContent('It has more than 2 GB');
          const percent = total === 0 ? 0 : (100 * transferred) / total;
          const delta = piece.length;
          onProgress?.({total, delta, transferred, percent, bytesPerSecond: 0});
          yield piece;
        }
      },
      createWriteStream(part, {flags: from === 0 ? 'w' : 'a', mode: 0o600}),
      {signal},
    );
  }

  private answerTo(url: URL, from: number, signal: AbortSignal): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const askAt = (at: URL, redirects: number): void => {
        const headers = from === 0 ? {} : {range: `bytes=${from}-`};
        const request = this.ask(at, headers, (response) => {
          const {statusCode = 0} = response;
          const next = response.headers.location;
          if (statusCode >= 300 && statusCode < 400 && next !== undefined && redirects > 0) {
            response.destroy();
            askAt(new URL(next, at), redirects - 1);
          } else if (statusCode === 200 || statusCode === 206 || statusCode === 416)
            resolve(response);
          else {
            response.destroy();
            reject(new Error(`The feed answered ${statusCode}`));
          }
        });
        let answer: http.IncomingMessage | null = null;
        request.once('response', (response: http.IncomingMessage) => {
          answer = response;
        });
        request.setTimeout(this.way.stallMs, () =>
          (answer ?? request).destroy(new Error('The feed has stalled')),
        );
        request.once('error', reject);
        signal.addEventListener('abort', () => request.destroy(new Error('Stopped')), {once: true});
        request.end();
      };
      askAt(url, REDIRECTS);
    });
  }

  private ask(
    url: URL,
    headers: http.OutgoingHttpHeaders = {},
    callback: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
    if (url.protocol !== 'https:' && !isHere)
      throw new Error(`${url.host} is to be asked over http, which anybody on the way can change`);
    const {'x-user-staging-id': _, ...others} = headers;
    const agent = agentFor(url, this.way.proxy());
    return (url.protocol === 'https:' ? https : http).request(
      url,
      {headers: others, ...(agent === undefined ? {} : {agent})},
      callback,
    );
  }
}
