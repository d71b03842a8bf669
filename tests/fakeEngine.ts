import {tmpdir} from 'node:os';
import type {EngineStatus} from '../shared/engine';
import {appError} from '../shared/errors';
import {err, ok} from '../shared/result';
import type {Engine, JobExit, JobSpec, RunningJob} from '../electron/executor/executor';
import {createProcessEngine} from '../electron/process/processExecutor';

/** What a scripted job does. */
export interface FakeJob {
  /** What it prints, as chunks of raw bytes. */
  readonly log?: readonly (readonly ['stdout' | 'stderr', Buffer])[];
  readonly exitCode?: number;
  /** Files it writes, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Resolves when the command ends by itself; at once without it. */
  readonly ends?: Promise<void>;
  /** Resolves when its files can be taken; at once without it. */
  readonly fetches?: Promise<void>;
}

const READY: EngineStatus = {
  state: 'ready',
  name: 'Fake engine',
  platform: 'linux/amd64',
  cpus: 2,
  memoryBytes: 8 * 1024 ** 3,
};

/** An engine that runs scripts of ours in no time, without containers. */
export function createFakeEngine(script: (spec: JobSpec) => FakeJob): Engine & {
  /** What its jobs were made of, in the order of their starts. */
  readonly specs: readonly JobSpec[];
  /** Actions in the order of their starts. */
  readonly started: readonly string[];
  readonly removed: readonly string[];
} {
  const specs: JobSpec[] = [];
  const started: string[] = [];
  const removed: string[] = [];
  return {
    specs,
    started,
    removed,
    stock: {list: async () => ok([]), remove: async () => ok(null)},
    tools: createProcessEngine({temporaryRoot: tmpdir()}).tools,
    host: {
      look: async () =>
        ok({
          ...{isLocal: true, holdsLimits: true, clockAheadMs: 0, clockErrorMs: 0},
          ...{proxies: null, freeBytes: null},
        }),
    },
    imageStore: {
      images: async (names) =>
        ok(names.map((image) => ({image, present: true, id: 'sha256:fake', sizeBytes: 1}))),
      pull: async () => ok(null),
      details: async (names) =>
        ok(
          names.map((image) => ({
            ...{image, present: true, id: 'sha256:fake', sizeBytes: 1},
            ...{digest: null, createdAt: null, architecture: null},
          })),
        ),
      local: async () => ok([]),
      newest: async (image) => ok({image, state: 'unknown', downloadBytes: null}),
      save: async () => err(appError('not-found', 'The fake engine has no images.')),
      load: async () => ok([]),
    },
    executor: {
      kind: 'docker',
      status: async () => READY,
      prepare: async (spec) =>
        ok({
          imageId: 'sha256:fake',
          start: async () => {
            specs.push(spec);
            started.push(spec.action);
            return ok(runningJob(spec, script(spec), removed));
          },
          remove: async () => undefined,
        }),
      prepareAhead: async () => null,
      recover: async () => ok([]),
      running: async () => null,
      foreignJobs: async () => [],
      removeRun: async () => undefined,
      close: async () => undefined,
    },
  };
}

function runningJob(spec: JobSpec, job: FakeJob, removed: string[]): RunningJob {
  let stop: () => void = () => undefined;
  let stopped = false;
  const ended = Promise.race([
    job.ends ?? Promise.resolve(),
    new Promise<void>((resolve) => {
      stop = () => {
        stopped = true;
        resolve();
      };
    }),
  ]);
  const exit = (): JobExit => ({
    exitCode: stopped ? 137 : (job.exitCode ?? 0),
    outOfMemory: false,
    startedAt: new Date(0).toISOString(),
    finishedAt: new Date(0).toISOString(),
    peakMemoryBytes: null,
    cpuSeconds: null,
  });
  return {
    jobId: spec.jobId,
    action: spec.action,
    runId: spec.runId,
    handle: spec.jobId,
    imageId: 'sha256:fake',
    async logs(onChunk) {
      for (const [stream, chunk] of job.log ?? []) await onChunk(stream, chunk);
      await ended;
    },
    async wait() {
      await ended;
      return ok(exit());
    },
    stop: async () => stop(),
    changes: async () =>
      ok({
        files: Object.entries(job.files).map(([path, text]) => ({path, size: text.length})),
        refused: [],
        untouched: [...spec.staging.code, ...spec.staging.inputs]
          .map(({path}) => path)
          .filter((path) => !(path in job.files)),
      }),
    async collect(paths, onFile, signal) {
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), {once: true});
      });
      await Promise.race([job.fetches, stopped]);
      if (signal.aborted) return err(appError('no-engine', 'The operation was aborted'));
      for (const path of paths) {
        const text = job.files[path] ?? '';
        await onFile(path, text.length, pieceOf(text));
      }
      return ok(null);
    },
    filesRead: async () => null,
    async remove() {
      removed.push(spec.action);
    },
  };
}

async function* pieceOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
