import {beforeEach, expect, test, vi} from 'vitest';
import {createProjectReader} from '../../../electron/core/project/projectReader';
import {createProvenance} from '../../../electron/provenance/createProvenance';

/** A worker that answers nothing by itself, and knows whether it holds the process. */
const FakeWorker = await vi.hoisted(async () => {
  const {EventEmitter} = await import('node:events');
  return class Fake extends EventEmitter {
    static started: Fake[] = [];
    holds = true;
    lastId = 0;
    constructor() {
      super();
      Fake.started.push(this);
    }
    ref(): void {
      this.holds = true;
    }
    unref(): void {
      this.holds = false;
    }
    postMessage({id}: {readonly id: number}): void {
      this.lastId = id;
    }
    /** As Node's: holds the process until the thread is gone. */
    terminate(): Promise<number> {
      this.ref();
      return new Promise((resolve) => this.once('exit', resolve));
    }
  };
});

vi.mock('node:worker_threads', () => ({Worker: FakeWorker, parentPort: null}));
vi.mock('node:fs', async (original) => ({...(await original<object>()), existsSync: () => true}));

beforeEach(() => {
  FakeWorker.started = [];
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('an answer that comes while the worker of provenance ends does not let the process go', async () => {
  const store = createProvenance('/study');
  const asked = store.diff('a', 'a.py');
  const closing = store.close();
  const worker = FakeWorker.started[0];
  expect(worker).toBeDefined();
  worker?.emit('message', {kind: 'answer', id: worker.lastId, answer: {ok: true, value: null}});
  await settled();
  // the question of before is answered at last, after the worker was told to end
  worker?.emit('message', {kind: 'answer', id: worker.lastId - 1, answer: {ok: true, value: null}});
  expect(worker?.holds).toBe(true);
  worker?.emit('exit', 1);
  await closing;
  expect((await asked).ok).toBe(false);
});

test('a closed store starts no worker again', async () => {
  const store = createProvenance('/study');
  await store.close();
  expect((await store.diff('a', 'a.py')).ok).toBe(false);
  expect(FakeWorker.started).toHaveLength(0);
});

test('an answer that comes while the reader of project.yaml ends does not let the process go', async () => {
  const reader = createProjectReader();
  const reading = reader.read('', null);
  const closing = reader.close();
  await expect(reading).rejects.toThrow('was ended');
  const worker = FakeWorker.started[0];
  worker?.emit('message', {kind: 'answer', id: worker.lastId, answer: null});
  expect(worker?.holds).toBe(true);
  worker?.emit('exit', 1);
  await closing;
});
