import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, beforeAll} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {createDockerEngine} from '../../electron/docker/dockerExecutor';
import {createProcessEngine} from '../../electron/process/processExecutor';
import type {Executor, RunningJob} from '../../electron/executor/executor';
import {PYTHON, specOf, start, studyWith} from './jobOf';
import {hasPodman, startPodman} from './podmanEngine';
import {remoteEngine} from './remoteEngine';

/** An executor to be held to the contract, and what has to be ended after it. */
interface Subject {
  readonly executor: Executor;
  close(): Promise<void>;
}

const subjects: Readonly<Record<string, (temporaryRoot: string) => Promise<Subject>>> = {
  docker: async () => ({executor: createDockerEngine().executor, close: async () => undefined}),
  process: async (temporaryRoot) => ({
    executor: createProcessEngine({temporaryRoot}).executor,
    close: async () => undefined,
  }),
  // nothing of it is on this computer: what jobs wrote is told by the engine alone
  'docker elsewhere': async () => {
    const remote = await remoteEngine('/var/run/docker.sock');
    const {executor} = createDockerEngine({host: remote.host});
    return {executor, close: () => remote.close()};
  },
  podman: async () => {
    const engine = await startPodman([PYTHON]);
    const {executor} = createDockerEngine({socketPath: engine.socketPath});
    return {executor, close: () => engine.close()};
  },
};

const podman = await hasPodman();
if (!podman)
  console.warn(
    'Podman is NOT held to the contract here: it is not installed, or this is not root.',
  );

/** The executors that can be tried on this computer, first those that most people use. */
export const kinds = Object.keys(subjects).filter((kind) => kind !== 'podman' || podman);

/** What a test of the contract does something with. */
export interface Bench {
  readonly runId: string;
  readonly studyId: string;
  executor(): Executor;
  /** Where the process executor keeps its jobs. */
  temporaryRoot(): string;
  /** To be done after the test, the latest last. */
  readonly cleanUps: (() => Promise<void>)[];
  /** Starts `main.py` in a study with it and other files. */
  readonly run: (
    script: string,
    files?: Readonly<Record<string, string>>,
    given?: Omit<Parameters<typeof specOf>[1], 'args'>,
  ) => Promise<RunningJob>;
}

/** An executor for the tests of one `describe`, with all that they need around it. */
export function benchOf(kind: string): Bench {
  let subject: Subject | null = null;
  let temporaryRoot = '';
  const executor = (): Executor => {
    if (subject === null) throw new Error(`There is no ${kind}`);
    return subject.executor;
  };
  const cleanUps: (() => Promise<void>)[] = [];
  const name = `${kind.replace(' ', '-')}-${process.pid}`;
  const [runId, studyId] = [`contract-${name}`, `study-${name}`];

  beforeAll(async () => {
    await ensureTestImages();
    temporaryRoot = await mkdtemp(path.join(os.tmpdir(), 'study-desk-jobs-'));
    subject = (await subjects[kind]?.(temporaryRoot)) ?? null;
  }, 900_000);
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
    await executor().removeRun(studyId, runId);
  });
  afterAll(async () => {
    await executor().close();
    await subject?.close();
    await rm(temporaryRoot, {recursive: true, force: true});
  });

  return {
    runId,
    studyId,
    executor,
    temporaryRoot: () => temporaryRoot,
    cleanUps,
    async run(script, files = {}, given = {}) {
      const study = await studyWith({...files, 'main.py': script});
      cleanUps.push(() => study.remove());
      const args = ['python', 'main.py', 'with space'];
      return start(executor(), await specOf(study.dir, {args, runId, studyId, ...given}));
    },
  };
}
