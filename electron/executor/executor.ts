import type {
  EngineStatus,
  ExecutorKind,
  ImageDetails,
  ImageState,
  ImageUpdate,
  Limits,
  PullProgress,
} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';
import type {Tools} from './tools';

/** One entry to be put into a job's workspace. */
export interface StagedEntry {
  /** Path in the workspace with `/`, without leading slash. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink';
  /** Absolute path of the file's content on this computer; null for directories and links. */
  readonly source: string | null;
  /** Target of a link that is kept as a link; null otherwise. */
  readonly linkTarget: string | null;
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  /** When the file was last changed in any way, and its number on its disk: these can't be set back. 0 for other kinds. */
  readonly ctimeMs: number;
  readonly ino: number;
}

/** What a job's workspace holds before it starts (RULES "Workspace"). */
export interface Staging {
  /** Code, the same for all jobs with the same `codeKey`, so that it is packed once. */
  readonly code: readonly StagedEntry[];
  /** Identifies the content of `code`: the same key, the same entries, sizes, times. */
  readonly codeKey: string;
  /** Outputs of needed actions. */
  readonly inputs: readonly StagedEntry[];
}

/** Everything an executor needs to run one job. */
export interface JobSpec {
  readonly jobId: string;
  readonly runId: string;
  /** Identifies the study across restarts of the app, whatever its folder is called. */
  readonly studyId: string;
  /** Name of the workspace (label `workspace`). */
  readonly workspace: string;
  /** Name of the backend that the command gets in `OPENSAFELY_BACKEND`. */
  readonly backend: string;
  /** The engine's network that the command may use; null for none. Without an engine there is nothing to keep it apart. */
  readonly network: string | null;
  /** The command gets none of the system's capabilities and can't gain any; without an engine there is nothing to take away. */
  readonly confined: boolean;
  readonly action: string;
  /** Full image name. */
  readonly image: string;
  readonly args: readonly string[];
  /** What the command's environment holds besides. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly staging: Staging;
  /** Leave the container behind. */
  readonly debug: boolean;
}

/** How a job's command ended. */
export interface JobExit {
  readonly exitCode: number;
  /** The engine says it ran out of memory. */
  readonly outOfMemory: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly peakMemoryBytes: number | null;
  readonly cpuSeconds: number | null;
}

/** A file found in the workspace after the command ended. */
export interface ProducedFile {
  /** Path in the workspace with `/`. */
  readonly path: string;
  readonly size: number;
}

/** What the workspace holds after the command. */
export interface WorkspaceChanges {
  /**
   * New or modified files that can be collected: regular ones, and links to a regular file inside the workspace, which
   * are collected as that file's content under the link's own path.
   */
  readonly files: readonly ProducedFile[];
  /** New entries that can't be collected: links that lead elsewhere, devices, pipes, names that are not UTF-8. */
  readonly refused: readonly {readonly path: string; readonly reason: string}[];
  /** Files that were put there and that the command did not write to. */
  readonly untouched: readonly string[];
}

/**
 * Takes one file of a job: its workspace path, size in bytes and content. A piece of the content is only whole until
 * the next is asked for.
 */
export type FileSink = (
  path: string,
  size: number,
  content: AsyncIterable<Buffer>,
) => Promise<void>;

/** A started job, here or found again after a restart of the app. */
export interface RunningJob {
  readonly jobId: string;
  readonly action: string;
  readonly runId: string;
  /** Engine's id of the container, or the process id. */
  readonly handle: string;
  readonly imageId: string | null;
  /**
   * The whole log from its first byte, demultiplexed: each chunk is raw bytes of one stream. Of a job found again the
   * engine's time of it is shown too, as `logTimeOf` has it, where the engine keeps one.
   * Ends when the command has ended. `skipLines` of each stream is not offered: the reader drops what it has.
   */
  logs(
    onChunk: (stream: 'stdout' | 'stderr', chunk: Buffer, time?: string) => void | Promise<void>,
  ): Promise<void>;
  /** Resolves once the command has ended. */
  wait(): Promise<Result<JobExit, AppError>>;
  /** Ends the command in under 2 s, whatever it does with signals. */
  stop(): Promise<void>;
  /** What the command wrote, or has written so far. */
  changes(): Promise<Result<WorkspaceChanges, AppError>>;
  /** Streams chosen files, by the paths that `changes` gave them, in any order. Backpressure is honoured. */
  collect(
    paths: readonly string[],
    onFile: FileSink,
    signal: AbortSignal,
  ): Promise<Result<null, AppError>>;
  /** Files of the staged code and inputs that the command read; null where it can't be observed. */
  filesRead(): Promise<readonly string[] | null>;
  /** Removes the container or temporary folder; safe to call twice. */
  remove(): Promise<void>;
}

/** Runs jobs' commands; Docker and process implement it alike (contract test: tests/contract). */
export interface Executor {
  readonly kind: ExecutorKind;
  status(signal: AbortSignal): Promise<EngineStatus>;
  /** Prepares the workspace and the container, without starting it. */
  prepare(spec: JobSpec, signal: AbortSignal): Promise<Result<PreparedJob, AppError>>;
  /**
   * Does what can be done before the inputs are there: makes the workspace and fills it with the code of `spec`. Null
   * where nothing is gained by that, or it can't be done now: the job is then prepared at its turn.
   */
  prepareAhead(spec: JobSpec, signal: AbortSignal): Promise<FilledJob | null>;
  /** Jobs of this study that a former process of ours left, running or ended; ended-but-never-started ones are removed. */
  recover(studyId: string): Promise<Result<readonly RunningJob[], AppError>>;
  /** A job that runs, to be looked at beside who follows it; null where none of that id does, or no engine answers. */
  running(jobId: string): Promise<RunningJob | null>;
  /**
   * Ids of the jobs of `opensafely run` that run under this workspace name, which studies in other folders may have too
   * (label `jobrunner-local`, container `os-job-<id>`).
   */
  foreignJobs(workspace: string): Promise<readonly string[]>;
  /**
   * Removes every container of a run of this study (labels); called at the end of each run unless debugging. A copy of the
   * study may hold the record of the same run.
   */
  removeRun(studyId: string, runId: string): Promise<void>;
  /** Lets go of connections and caches. */
  close(): Promise<void>;
}

/** Bytes that come; to be let go of where they are not read to their end. */
export interface ByteStream extends AsyncIterable<Buffer> {
  destroy(): void;
}

/** The images that jobs can be run in. What asks a registry says so; nothing else leaves this computer. */
export interface ImageStore {
  /** Which of some images are here. */
  images(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly ImageState[], AppError>>;
  /** Downloads one. A connection that breaks is tried again; which layers are kept till then is the engine's affair. */
  pull(
    image: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<null, AppError>>;
  /** What is known of some images here. */
  details(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly ImageDetails[], AppError>>;
  /** Full names of all images here that begin like this. */
  local(prefix: string, signal: AbortSignal): Promise<Result<readonly string[], AppError>>;
  /** Asks the registry whether it has a newer one. */
  newest(image: string, signal: AbortSignal): Promise<Result<ImageUpdate, AppError>>;
  /** The images as one tar, which `load` of any engine reads. */
  save(names: readonly string[], signal: AbortSignal): Promise<Result<ByteStream, AppError>>;
  /** Takes in what `save` gave; answers the names of what was in it. */
  load(
    content: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<Result<readonly string[], AppError>>;
}

/** One thing that lies in an engine. */
export interface StockItem {
  readonly kind: 'container' | 'volume' | 'image';
  readonly id: string;
  readonly name: string;
  /** A container's image, or the image itself where it has a name; else null. */
  readonly image: string | null;
  /** Null where it is not known. */
  readonly bytes: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** A container that runs, a volume or an image that a container has. */
  readonly inUse: boolean;
}

/** What lies in an engine, whoever put it there. */
export interface EngineStock {
  list(): Promise<Result<readonly StockItem[], AppError>>;
  /** Without `force` what is in use is refused. */
  remove(item: StockItem, force: boolean): Promise<Result<null, AppError>>;
}

/** Clocks that are closer than this, in milliseconds, do nothing to times that people read. */
export const CLOCK_MS = 2000;

/** What an engine reports about the computer it runs on, and of how it reaches a network. */
export interface EngineHostFacts {
  /** Its files and processes are this computer's own. */
  readonly isLocal: boolean;
  /** It holds jobs to their limits of memory; without, one job can take all there is. */
  readonly holdsLimits: boolean;
  /** How far its clock is ahead of this computer's, in milliseconds; null where it does not say. */
  readonly clockAheadMs: number | null;
  /** So much the clock may be misjudged, in milliseconds: it took that long to be known. */
  readonly clockErrorMs: number;
  /** The proxies by which it downloads; empty for none, null where it does not say. */
  readonly proxies: {readonly http: string; readonly https: string} | null;
  /** Bytes free where it keeps images and containers; null where that can't be seen from here. */
  readonly freeBytes: number | null;
}

/** The computer that an engine runs on. */
export interface EngineHost {
  look(): Promise<Result<EngineHostFacts, AppError>>;
}

/** One way of running jobs, with its images and what is beside them. */
export interface Engine {
  readonly executor: Executor;
  readonly host: EngineHost;
  readonly tools: Tools;
  readonly stock: EngineStock;
  readonly imageStore: ImageStore;
}

/** A job whose workspace holds its code, and nothing else yet. */
export interface FilledJob {
  /** Readies it with what it is to be given now; where its code has changed since, everything is done anew. */
  prepare(staging: Staging, signal: AbortSignal): Promise<Result<PreparedJob, AppError>>;
  /** Gives it up. */
  remove(): Promise<void>;
}

/** A job ready to start. */
export interface PreparedJob {
  readonly imageId: string | null;
  start(): Promise<Result<RunningJob, AppError>>;
  remove(): Promise<void>;
}
