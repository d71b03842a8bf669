import {mkdir, readdir, access, constants, stat} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {EngineStatus} from '../../shared/engine';
import {type AppError, failWith} from '../../shared/errors';
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
import {fillFolder, readNote, removeFolder, writeNote} from './jobFolder';
import {endControlGroup, endMarked, type JobMark} from './jobProcesses';
import {killTree, processStart} from './killTree';
import {ProcessJob} from './processJob';

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
  newest: async () => noImages(),
  save: async () => noImages(),
  load: async () => noImages(),
};

const NO_STOCK: EngineStock = {list: async () => ok([]), remove: async () => ok(null)};

const NO_TOOLS: Tools = {
  start: async () => noTools(),
  open: async () => noTools(),
  running: async () => ok([]),
  variable: async () => noTools(),
  stop: async () => noTools(),
  command: async () => noTools(),
};

function noTools(): Result<never, AppError> {
  return failWith('invalid-request', 'Tools and shells need a container engine.');
}

const OWN_HOST: EngineHost = {
  look: async () =>
    ok({
      ...{isLocal: true, holdsLimits: false, clockAheadMs: 0, clockErrorMs: 0},
      ...{proxies: null, freeBytes: null},
    }),
};

function noImages(): Result<never, AppError> {
  return failWith('invalid-request', 'Images are only used with a container engine.');
}

/** What the names of jobs' folders begin with. */
const JOB_FOLDER = 'os-job-';

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
    if (program === null) return notInstalled(programs[0] ?? '', install);
    const folder = path.join(this.root, `${JOB_FOLDER}${spec.jobId}`);
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

  async running(jobId: string): Promise<RunningJob | null> {
    return [...this.jobs].find((job) => job.jobId === jobId) ?? null;
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
      // thousands of other programs' folders may lie there
      if (!name.startsWith(JOB_FOLDER)) continue;
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

function notInstalled(program: string, install: string): Result<never, AppError> {
  return failWith('invalid-request', `${program} is not installed on this computer.`, {
    hint: `Install ${install}, or start Docker and run the action there.`,
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a program needs to be found, to find its packages and to write in the user's language; nothing that is secret. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'PYTHONPATH',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
];
const PASSED_ON_BY_START = ['LC_', 'R_LIBS'];
/** Windows programs don't start without the first, and look for a person's packages in the last. */
const PASSED_ON_BY_WINDOWS = [
  'SYSTEMROOT',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
];

/**
 * The part of this process's environment that commands are given: tokens, keys and addresses of databases stay here.
 * `more` are the names that the user's settings add.
 */
function jobEnvironment(
  env: Environment,
  more: readonly string[],
  platform: NodeJS.Platform,
): Record<string, string> {
  const windows = platform === 'win32';
  // names of variables ignore case there
  const nameOf = (name: string): string => (windows ? name.toUpperCase() : name);
  const names = new Set(
    [...PASSED_ON, ...(windows ? PASSED_ON_BY_WINDOWS : []), ...more].map(nameOf),
  );
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isPassed =
      names.has(nameOf(name)) || PASSED_ON_BY_START.some((start) => nameOf(name).startsWith(start));
    if (isPassed && value !== undefined) passed[name] = value;
  }
  return passed;
}

/** The absolute path of the first of some programs that PATH has; null where it has none. */
export async function findProgram(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<string | null> {
  const windows = platform === 'win32';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':').filter(Boolean);
  const endings = windows ? (env['PATHEXT'] ?? '.EXE').split(';') : [''];
  const paths = windows ? path.win32 : path.posix;
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const candidate = paths.join(folder, `${name}${ending}`);
        if (await isProgram(candidate)) return candidate;
      }
    }
  }
  return null;
}

/** Windows puts empty files of that name on PATH, which only open its shop. */
async function isProgram(candidate: string): Promise<boolean> {
  try {
    await access(candidate, constants.X_OK);
    const found = await stat(candidate);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

/** A program of this computer and its arguments, in place of an image and its command. */
interface StandIn {
  /** Names to look for on PATH, best first. */
  readonly programs: readonly string[];
  readonly args: readonly string[];
  /** What to install where none is found. */
  readonly install: string;
}

const PYTHON = {posix: ['python3', 'python'], windows: ['python', 'py', 'python3']};
const R = {posix: ['Rscript'], windows: ['Rscript']};

/**
 * What stands in for an image: `python:vN python …` is this computer's Python, `r:vN …` its Rscript. Any other image
 * has no stand-in, which the error says in a sentence.
 */
export function standIn(
  image: string,
  args: readonly string[],
  platform: NodeJS.Platform,
): Result<StandIn, AppError> {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/:.*$/, '');
  const system = platform === 'win32' ? 'windows' : 'posix';
  if (name === 'r') {
    return ok({
      programs: R[system],
      args,
      install: 'R from the R project (Rscript must be on PATH)',
    });
  }
  const [program = '', ...rest] = args;
  if (name === 'python' && /^python3?$/.test(program)) {
    return ok({programs: PYTHON[system], args: rest, install: 'Python 3'});
  }
  if (name === 'python') {
    return failWith('invalid-request', `"${program}" cannot be run without its container image.`, {
      why: 'Without a container engine only "python …" runs, with the Python of this computer.',
      hint: 'Start Docker and run the action there.',
    });
  }
  return failWith(
    'invalid-request',
    `Nothing on this computer can stand in for the image ${name}.`,
    {
      why: 'Without a container engine only actions in Python and R can run.',
      hint: 'Start Docker and run the action there.',
    },
  );
}
