import {mkdir, readdir} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {EngineStatus} from '../../shared/engine';
import {type AppError, appError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {
  Engine,
  Executor,
  FilledJob,
  EngineHost,
  EngineStock,
  ImageStore,
  JobSpec,
  PreparedJob,
  RunningJob,
} from '../executor/executor';
import type {Tools} from '../executor/tools';
import {fileSystemError} from '../files/fileSystemError';
import {jobEnvironment} from './jobEnvironment';
import {fillFolder, readNote, removeFolder, writeNote} from './jobFolder';
import {endControlGroup, endMarked, type JobMark} from './jobProcesses';
import {killTree, processStart} from './killTree';
import {ProcessJob} from './processJob';
import {findProgram, standIn} from './standIn';

/** Runs jobs with this computer's own Python and R, each in a folder below `temporaryRoot`. */
export function createProcessEngine(options: {
  temporaryRoot: string;
  /** Names of variables that jobs are given besides the usual ones. */
  passedVariables?: () => readonly string[];
}): Engine {
  const {temporaryRoot, passedVariables = () => []} = options;
  return {
    executor: new ProcessExecutor(temporaryRoot, passedVariables),
    imageStore: NO_IMAGES,
    stock: NO_STOCK,
    tools: NO_TOOLS,
    host: OWN_HOST,
  };
}

/** No image is needed, so none is missing; what can't be stood in for is refused by `prepare`. */
const NO_IMAGES: ImageStore = {
  images: async (names) =>
    ok(names.map((image) => ({image, present: true, id: null, sizeBytes: null}))),
  pull: async () => ok(null),
  details: async () => ok([]),
  local: async () => ok([]),
  newest: async () => err(noImages()),
  save: async () => err(noImages()),
  load: async () => err(noImages()),
};

const NO_STOCK: EngineStock = {list: async () => ok([]), remove: async () => ok(null)};

const NO_TOOLS: Tools = {
  start: async () => err(noTools()),
  open: async () => err(noTools()),
  running: async () => ok([]),
  variable: async () => err(noTools()),
  stop: async () => err(noTools()),
  command: async () => err(noTools()),
};

function noTools(): AppError {
  return appError('invalid-request', 'Tools and shells need a container engine.');
}

const OWN_HOST: EngineHost = {
  look: async () =>
    ok({
      ...{isLocal: true, holdsLimits: false, clockAheadMs: 0, clockErrorMs: 0},
      ...{proxies: null, freeBytes: null},
    }),
};

function noImages(): AppError {
  return appError('invalid-request', 'Images are only used with a container engine.');
}

/** The executors that are not closed: nobody else knows how their jobs end, so none is to outlive this process. */
const live = new Set<ProcessExecutor>();
process.once('exit', () => {
  for (const executor of live) executor.endAtExit();
});

class ProcessExecutor implements Executor {
  readonly kind = 'process';
  private readonly jobs = new Set<ProcessJob>();

  constructor(
    private readonly root: string,
    private readonly passedVariables: () => readonly string[],
  ) {
    live.add(this);
  }

  endAtExit(): void {
    for (const job of this.jobs) job.endAtExit();
  }

  async status(_signal: AbortSignal): Promise<EngineStatus> {
    const [python, rscript] = await Promise.all([
      findProgram(['python3', 'python', 'py'], process.env, process.platform),
      findProgram(['Rscript'], process.env, process.platform),
    ]);
    const names = [python === null ? [] : ['Python'], rscript === null ? [] : ['R']].flat();
    if (names.length === 0) {
      return {
        state: 'down',
        trouble: 'not-installed',
        message: 'This computer has neither Python nor R.',
        hint: 'Install Python 3 or R, or use Docker.',
        remedy: null,
      };
    }
    return {
      state: 'ready',
      name: `This computer's ${names.join(' and ')}`,
      platform: `${process.platform}/${process.arch}`,
      cpus: os.cpus().length,
      memoryBytes: os.totalmem(),
    };
  }

  async prepare(spec: JobSpec, signal: AbortSignal): Promise<Result<PreparedJob, AppError>> {
    const command = standIn(spec.image, spec.args, process.platform);
    if (!command.ok) return command;
    const {programs, args, install} = command.value;
    const program = await findProgram(programs, process.env, process.platform);
    if (program === null) return err(notInstalled(programs[0] ?? '', install));
    const folder = path.join(this.root, `os-job-${spec.jobId}`);
    try {
      await removeFolder(folder);
      await mkdir(folder, {recursive: true, mode: 0o700});
      const {studyId, runId, jobId} = spec;
      await writeNote(folder, {studyId, runId, jobId, pid: null, started: null, group: null});
      const staged = await fillFolder(folder, spec.staging, signal);
      return ok({
        imageId: null,
        start: async () => {
          const env = jobEnvironment(process.env, this.passedVariables(), process.platform);
          const job = await ProcessJob.start(spec, folder, staged, program, args, env);
          this.jobs.add(job);
          return ok(job);
        },
        remove: () => removeFolder(folder),
      });
    } catch (error) {
      await removeFolder(folder);
      if (signal.aborted) return failWith('cancelled', `${spec.action} was stopped.`);
      return err(fileSystemError(`The workspace of ${spec.action} could not be set up.`, error));
    }
  }

  /** Copying the code takes next to nothing here. */
  async prepareAhead(): Promise<FilledJob | null> {
    return null;
  }

  /** How a process ended is not known by another one than its parent: what an earlier one of ours left is ended. */
  async recover(studyId: string): Promise<Result<readonly RunningJob[], AppError>> {
    await this.clear((mark) => mark.studyId === studyId);
    return ok([]);
  }

  async foreignJobs(): Promise<readonly string[]> {
    return [];
  }

  async removeRun(studyId: string, runId: string): Promise<void> {
    const ofRun = [...this.jobs].filter((job) => job.runId === runId);
    await Promise.all(ofRun.map((job) => job.remove()));
    for (const job of ofRun) this.jobs.delete(job);
    await this.clear((mark) => mark.studyId === studyId && mark.runId === runId);
  }

  async close(): Promise<void> {
    live.delete(this);
    this.jobs.clear();
  }

  /** Ends jobs found by the notes of their folders or by the marks of their processes, and removes the folders. */
  private async clear(which: (mark: JobMark) => boolean): Promise<void> {
    const running = new Set([...this.jobs].map(({jobId}) => jobId));
    const isLeft = (mark: JobMark): boolean => !running.has(mark.jobId) && which(mark);
    const folders: string[] = [];
    for (const name of await readdir(this.root).catch(() => [])) {
      const folder = path.join(this.root, name);
      const note = await readNote(folder);
      if (note === null || !isLeft(note)) continue;
      folders.push(folder);
      if (note.pid !== null && note.started !== null) {
        if ((await processStart(note.pid)) === note.started) await killTree(note.pid, 'SIGKILL');
      }
      if (note.group !== null) await endControlGroup(note.group);
    }
    await endMarked(isLeft);
    for (const folder of folders) await removeFolder(folder);
  }
}

function notInstalled(program: string, install: string): AppError {
  return appError('invalid-request', `${program} is not installed on this computer.`, {
    hint: `Install ${install}, or start Docker and run the action there.`,
  });
}
