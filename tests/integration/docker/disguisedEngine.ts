import http from 'node:http';
import type {AddressInfo} from 'node:net';

/** What an engine is made to look like. */
export interface Disguise {
  /** Its clock is so many seconds ahead. */
  readonly secondsAhead?: number;
  /** The version that it tells of its interface. */
  readonly apiVersion?: string;
  /** What happens before it takes in a request. */
  readonly before?: (method: string, url: string) => Promise<void>;
}

/** This computer's engine as another one. */
export interface DisguisedEngine {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  close(): Promise<void>;
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=\.\d+Z|Z)/gu;
const HEADER_BYTES = 8;

/** Passes requests on to the engine of this computer, and answers with other times or another version. */
export async function disguisedEngine(disguise: Disguise): Promise<DisguisedEngine> {
  const {secondsAhead = 0, apiVersion, before = async () => undefined} = disguise;
  const shift = (text: string): string =>
    text.replace(TIME, (time) =>
      new Date(Date.parse(`${time}Z`) + secondsAhead * 1000).toISOString().slice(0, 19),
    );
  const answer = (text: string): string =>
    apiVersion === undefined
      ? shift(text)
      : shift(text).replace(/"ApiVersion":"[\d.]+"/gu, `"ApiVersion":"${apiVersion}"`);
  const passOn: http.RequestListener = (request, response) => {
    const {method = 'GET', url = '/', headers} = request;
    const onward = http.request({socketPath: '/var/run/docker.sock', method, path: url, headers});
    onward.once('error', () => response.destroy());
    onward.once('response', (reply) => {
      const {'content-length': _, date, ...rest} = reply.headers;
      const later = new Date(Date.parse(date ?? '') + secondsAhead * 1000);
      response.writeHead(reply.statusCode ?? 500, {...rest, date: later.toUTCString()});
      if (/^application\/json/u.test(reply.headers['content-type'] ?? '')) {
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.once('end', () => response.end(answer(Buffer.concat(parts).toString())));
      } else if (/\/logs\?/u.test(url) && /timestamps=(?:1|true)/u.test(url)) {
        const frames = framesOf((content) =>
          Buffer.from(shift(content.toString('latin1')), 'latin1'),
        );
        reply.on('data', (part: Buffer) => response.write(frames(part)));
        reply.once('end', () => response.end());
      } else {
        response.flushHeaders();
        reply.pipe(response);
      }
      response.once('close', () => reply.destroy());
    });
    request.pipe(onward);
  };
  const server = http.createServer((request, response) => {
    const {method = 'GET', url = '/'} = request;
    before(method, url).then(
      () => passOn(request, response),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo; // of a server that listens on a port
  return {
    host: `tcp://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Changes the content of each frame of a log as it comes; its length stays the same. */
function framesOf(change: (content: Buffer) => Buffer): (part: Buffer) => Buffer {
  let waiting = Buffer.alloc(0);
  return (part) => {
    waiting = Buffer.concat([waiting, part]);
    const whole: Buffer[] = [];
    for (;;) {
      if (waiting.length < HEADER_BYTES) break;
      const end = HEADER_BYTES + waiting.readUInt32BE(4);
      if (waiting.length < end) break;
      whole.push(waiting.subarray(0, HEADER_BYTES), change(waiting.subarray(HEADER_BYTES, end)));
      waiting = waiting.subarray(end);
    }
    return Buffer.concat(whole);
  };
}
