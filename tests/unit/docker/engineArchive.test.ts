import {getEventListeners, once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {openArchive} from '../../../electron/docker/engineArchive';
import {EngineConnection} from '../../../electron/docker/engineConnection';
import {textOf} from '../../contract/jobOf';

let dir: string;
let engine: EngineConnection;
let server: net.Server | null;
let asked: string[];
const never = new AbortController().signal;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'study-desk-archive-'));
  engine = new EngineConnection({socketPath: path.join(dir, 'engine.sock')});
  asked = [];
});

afterEach(async () => {
  engine.close();
  server?.close();
  await rm(dir, {recursive: true});
});

/** An engine that is up, and answers each request for an archive as told: the faults that a real one won't show. */
async function answering(answer: (socket: net.Socket, request: string) => void): Promise<void> {
  server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const request = data.toString();
      if (request.includes('/_ping')) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK');
        return;
      }
      asked.push(request.slice(0, request.indexOf('\r\n')));
      answer(socket, request);
    });
  });
  server.listen(path.join(dir, 'engine.sock'));
  await once(server, 'listening');
}

const open = (signal = never): ReturnType<typeof openArchive> =>
  openArchive(engine, 'abc', '/workspace/out/ä b.csv', signal);

it('gives what the engine sends, where a head comes in parts and with the first bytes', async () => {
  await answering((socket) => {
    void (async () => {
      for (const part of ['HTTP/1.0 200 OK\r\nContent-Type: application/x', '-tar\r\n\r', '\nab']) {
        socket.write(part);
        await delay(20);
      }
      socket.end('c'.repeat(5000));
    })();
  });
  expect(await textOf(await open())).toBe(`ab${'c'.repeat(5000)}`);
  expect(asked).toEqual([
    'GET /containers/abc/archive?path=%2Fworkspace%2Fout%2F%C3%A4%20b.csv HTTP/1.0',
  ]);
});

it('asks through the client library where the engine refuses, which says why', async () => {
  await answering((socket) => {
    socket.end(
      'HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n{"message":"No such container"}',
    );
  });
  await expect(open()).rejects.toMatchObject({statusCode: 404});
  expect(asked).toHaveLength(2);
});

it('asks through the client library where something between sends the archive in chunks', async () => {
  await answering((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
  });
  expect(await textOf(await open())).toBe('abc');
  expect(asked).toHaveLength(2);
});

it('rejects where the engine goes away', async () => {
  await answering((socket) => {
    socket.destroy();
  });
  await expect(open()).rejects.toMatchObject({code: 'ECONNRESET'});
  server?.close();
  await rm(path.join(dir, 'engine.sock'), {force: true});
  await expect(open()).rejects.toMatchObject({code: 'ENOENT'});
});

it('ends when it is told to, and closes the connection', async () => {
  const closed: Promise<unknown>[] = [];
  await answering((socket) => {
    closed.push(once(socket, 'close'));
    socket.write('HTTP/1.0 200 OK\r\n\r\nabc');
  });
  const controller = new AbortController();
  const pieces = await open(controller.signal);
  expect((await pieces.next()).value?.toString()).toBe('abc');
  const next = pieces.next();
  controller.abort();
  await expect(next).rejects.toMatchObject({name: 'AbortError'});
  await expect(open(controller.signal)).rejects.toMatchObject({name: 'AbortError'});

  const left = await open();
  await left.next();
  await left.return();
  await Promise.all(closed);
  expect(closed).toHaveLength(2);
  // a signal lives as long as its job, which may have thousands of files
  await expect.poll(() => getEventListeners(never, 'abort')).toEqual([]);
});
