import http from 'node:http';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {folderOfTest} from '../../temporary';

let dir: string;
let server: http.Server;
let pulls: number;
/** What each download tells, the last one for ever. */
let answers: readonly (readonly object[])[];

beforeEach(async () => {
  dir = folderOfTest();
  pulls = 0;
  server = http.createServer((request, response) => {
    if (request.url?.startsWith('/images/create') !== true) {
      response.end('OK');
      return;
    }
    const told = answers[Math.min(pulls, answers.length - 1)] ?? [];
    pulls += 1;
    response.end(told.map((message) => `${JSON.stringify(message)}\n`).join(''));
  });
  await new Promise<void>((resolve) => server.listen(join(dir, 'engine.sock'), resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
});

const LAYER = {status: 'Downloading', id: 'a', progressDetail: {current: 5, total: 10}};
const DONE = {status: 'Pull complete', id: 'a'};

it('a download whose connection breaks is begun again, and what came before is not told twice', async () => {
  answers = [
    [LAYER, {error: 'unexpected EOF'}],
    [LAYER, DONE],
  ];
  const {executor, imageStore} = createDockerEngine({socketPath: join(dir, 'engine.sock')});
  const told: number[] = [];
  const done = await imageStore.pull(
    'r:v2',
    ({downloadedBytes}) => void told.push(downloadedBytes),
    new AbortController().signal,
  );
  await executor.close();
  expect(done).toEqual({ok: true, value: null});
  expect(pulls).toBe(2);
  expect(Math.max(...told)).toBe(10);
});

it('an image that is refused is not asked for again', async () => {
  answers = [[{error: 'unauthorized: no'}]];
  const {executor, imageStore} = createDockerEngine({socketPath: join(dir, 'engine.sock')});
  const done = await imageStore.pull('r:v2', () => undefined, new AbortController().signal);
  await executor.close();
  expect(done).toMatchObject({ok: false, error: {kind: 'network'}});
  expect(pulls).toBe(1);
});

it('stopped between two tries, it is not begun again', async () => {
  answers = [[{error: 'read tcp: connection reset by peer'}]];
  const {executor, imageStore} = createDockerEngine({socketPath: join(dir, 'engine.sock')});
  const stop = new AbortController();
  const pulling = imageStore.pull('r:v2', () => undefined, stop.signal);
  await vi.waitFor(() => expect(pulls).toBe(1));
  stop.abort();
  expect(await pulling).toMatchObject({ok: false, error: {kind: 'cancelled'}});
  await executor.close();
  expect(pulls).toBe(1);
});
