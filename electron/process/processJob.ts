import {type ChildProcess, spawn} from 'node:child_process';
import {lstat, realpath, type FileHandle, open} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {FileSink, JobExit, JobSpec, RunningJob, WorkspaceChanges} from '../executor/executor';
import {fileSystemError, keepsFile} from '../files/fileSystemError';
import {resolveInStudy} from '../files/studyPath';
import {openFile, piecesOf} from '../files/openFile';
import {folderChanges} from './folderChanges';
import {type JobNote, removeFolder, type StagedStamp, workspaceOf, writeNote} from './jobFolder';
import {endControlGroup, endMarked, enterControlGroup, markVariable} from './jobProcesses';
import {killGroup, killTree, processStart} from './killTree';
import {EventEmitter, once} from 'node:events';

/** A command that ignores the request to end is killed after this. */
const GRACE_MS = 1000;
/** How long the rest of the output is waited for once all is ended: something that can't be ended may hold it open. */
const REST_OF_OUTPUT_MS = 500;

/** A started process. */
export class ProcessJob implements RunningJob {
  readonly jobId: string;
  readonly action: string;
  readonly runId: string;
  readonly handle: string;
  readonly imageId = null;
  private readonly workspace: string;
  private readonly ending: Promise<Result<JobExit, AppError>>;
  private running = true;
  private removal: Promise<void> | null = null;
  /** Why the output could not be kept. */
  private outputFault: unknown = null;
  private outputLetGo = false;
  /** Why it could not be seen that all it started has ended. */
  private endFault: unknown = null;
  /** The job's control group, where it has one. */
  private readonly group: string | null;
  private sources: ReadonlyMap<string, string> = new Map();

  private constructor(
    private readonly spec: JobSpec,
    private readonly folder: string,
    private readonly staged: ReadonlyMap<string, StagedStamp>,
    private readonly child: ChildProcess,
    private readonly spool: OutputSpool,
  ) {
    this.jobId = spec.jobId;
    this.action = spec.action;
    this.runId = spec.runId;
    this.handle = String(child.pid ?? 0);
    this.workspace = workspaceOf(folder);
    this.group = child.pid === undefined ? null : enterControlGroup(spec.jobId, child.pid);
    this.ending = this.follow();
  }

  /** Starts a program in the workspace of a job's folder; `env` is what it is given of this process's environment. */
  static async start(
    spec: JobSpec,
    folder: string,
    staged: ReadonlyMap<string, StagedStamp>,
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<ProcessJob> {
    const spool = await OutputSpool.create(path.join(folder, 'output'));
    const child = spawn(program, [...args], {
      cwd: workspaceOf(folder),
      env: {...env, OPENSAFELY_BACKEND: spec.backend, ...spec.env, ...markVariable(spec)},
      stdio: ['ignore', 'pipe', 'pipe'],
      // a process group of its own, so that all of it can be ended
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const job = new ProcessJob(spec, folder, staged, child, spool);
    try {
      await job.note();
    } catch (error) {
      // nobody else knows of what has been started
      await job.stop();
      throw error;
    }
    return job;
  }

  async logs(onChunk: (stream: StreamName, chunk: Buffer) => void | Promise<void>): Promise<void> {
    await this.spool.read(onChunk);
  }

  wait(): Promise<Result<JobExit, AppError>> {
    return this.ending;
  }

  async stop(): Promise<void> {
    if (this.running && this.child.pid !== undefined) {
      await killTree(this.child.pid, 'SIGTERM');
      const ended = await Promise.race([this.ending.then(() => true), delay(GRACE_MS, false)]);
      if (!ended) await this.endAll();
    }
    await this.ending;
  }

  /** Kills what runs, as far as that can be done in the last moment of this process. */
  endAtExit(): void {
    if (this.running && this.child.pid !== undefined) killGroup(this.child.pid, 'SIGKILL');
  }

  async changes(): Promise<Result<WorkspaceChanges, AppError>> {
    try {
      // the system's own name of the folder, which links made there have too
      const workspace = await realpath(this.workspace);
      const {sources, ...changes} = await folderChanges(workspace, this.staged);
      this.sources = sources;
      return ok(changes);
    } catch (error) {
      return err(fileSystemError('The files that the action wrote could not be listed.', error));
    }
  }

  async collect(
    paths: readonly string[],
    onFile: FileSink,
    signal: AbortSignal,
  ): Promise<Result<null, AppError>> {
    for (const relative of paths) {
      const resolved = resolveInStudy(this.workspace, this.sources.get(relative) ?? relative);
      if (!resolved.ok) return resolved;
      try {
        await this.collectOne(relative, resolved.value, onFile, signal);
      } catch (error) {
        return err(fileSystemError(`"${relative}" could not be collected.`, error));
      }
    }
    return ok(null);
  }

  /** Seen by access times, where the system keeps them: none moved means that it does not. */
  async filesRead(): Promise<readonly string[] | null> {
    const read: string[] = [];
    for (const [relative, before] of this.staged) {
      const found = await lstat(path.join(this.workspace, relative)).catch(() => null);
      if (found?.isFile() === true && found.atimeMs > before.mtimeMs) read.push(relative);
    }
    return read.length === 0 ? null : read.sort();
  }

  remove(): Promise<void> {
    if (this.spec.debug) return Promise.resolve();
    this.removal ??= this.removeNow();
    return this.removal;
  }

  private async removeNow(): Promise<void> {
    await this.stop();
    await this.spool.close();
    await removeFolder(this.folder);
  }

  private async collectOne(
    relative: string,
    absolute: string,
    onFile: FileSink,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const opened = await openFile(absolute, {followLink: false});
    try {
      await onFile(relative, opened.stats.size, piecesOf(opened, {signal}));
    } finally {
      await opened.file.close();
    }
  }

  /** Kills the command with all that it started, also what has left its process group; never rejects. */
  private async endAll(): Promise<void> {
    try {
      if (this.child.pid !== undefined) await killTree(this.child.pid, 'SIGKILL');
      if (this.group !== null) await endControlGroup(this.group);
      await endMarked((mark) => mark.jobId === this.jobId);
    } catch (error) {
      this.endFault ??= error;
    }
  }

  /** Resolves when the process and all it started have ended and their output is in the file. */
  private async follow(): Promise<Result<JobExit, AppError>> {
    const startedAt = new Date().toISOString();
    const {child} = this;
    const output = Promise.all([this.spoolStream('stdout'), this.spoolStream('stderr')]);
    const ended = await new Promise<Result<number, AppError>>((resolve) => {
      child.once('error', (error) => resolve(err(notStarted(this.spec.action, error))));
      child.once('exit', (code, signal) => resolve(ok(exitCode(code, signal))));
    });
    this.running = false;
    await this.endAll();
    await Promise.race([output, delay(REST_OF_OUTPUT_MS)]);
    this.outputLetGo = true;
    child.stdout?.destroy();
    child.stderr?.destroy();
    await output;
    await this.spool.end();
    if (!ended.ok) return ended;
    if (this.endFault !== null)
      return err(
        fileSystemError(
          'Study Desk does not know whether everything it started has ended.',
          this.endFault,
        ),
      );
    if (this.outputFault !== null)
      return err(fileSystemError('The command’s output could not be saved.', this.outputFault));
    return ok({
      exitCode: ended.value,
      outOfMemory: false,
      startedAt,
      finishedAt: new Date().toISOString(),
      peakMemoryBytes: null,
      cpuSeconds: null,
    });
  }

  private async spoolStream(name: StreamName): Promise<void> {
    const stream = this.child[name];
    if (stream === null) return;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) await this.spool.add(name, chunk);
    } catch (error) {
      if (this.outputLetGo) return;
      this.outputFault ??= error;
      await this.endAll();
    }
  }

  private async note(): Promise<void> {
    const pid = this.child.pid ?? null;
    const started = pid === null ? null : await processStart(pid);
    const {studyId, runId, jobId} = this.spec;
    const note: JobNote = {studyId, runId, jobId, pid, started, group: this.group};
    await writeNote(this.folder, note);
  }
}

/** As shells report it: 128 and the signal's number. */
function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return signal === null ? 1 : 128 + os.constants.signals[signal];
}

function notStarted(action: string, error: Error): AppError {
  const message = `The program of ${action} could not be started.`;
  if (keepsFile(error)) return fileSystemError(message, error);
  return appError('job-failed', message, {
    why: error.message,
    hint: 'Check the run line in project.yaml.',
  });
}

type StreamName = 'stdout' | 'stderr';

/** Longest piece handed on at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Keeps a process's output in a file, in the order of its arrival, so that it can be read from its first byte at any
 * time and the process never waits for a reader.
 */
export class OutputSpool {
  /** Length of each piece; negative for stderr. */
  private readonly pieces: number[] = [];
  private readonly grown = new EventEmitter();
  private writing: Promise<unknown> = Promise.resolve();
  private ended = false;

  private constructor(private readonly file: FileHandle) {
    this.grown.setMaxListeners(0);
  }

  static async create(path: string): Promise<OutputSpool> {
    return new OutputSpool(await open(path, 'wx+', 0o600));
  }

  /** Appends a chunk. */
  async add(stream: StreamName, chunk: Buffer): Promise<void> {
    this.writing = this.writing.then(async () => {
      await this.file.writeFile(chunk);
      this.pieces.push(stream === 'stdout' ? chunk.length : -chunk.length);
      this.grown.emit('grown');
    });
    await this.writing;
  }

  /** No more will come. */
  async end(): Promise<void> {
    await this.writing.catch(() => undefined);
    this.ended = true;
    this.grown.emit('grown');
  }

  /** Everything from the first byte until the end; waits for what is still to come. */
  async read(onChunk: (stream: StreamName, chunk: Buffer) => void | Promise<void>): Promise<void> {
    let position = 0;
    for (let index = 0; ; index += 1) {
      while (index >= this.pieces.length) {
        if (this.ended) return;
        await once(this.grown, 'grown');
      }
      const piece = this.pieces[index] ?? 0;
      for (let left = Math.abs(piece); left > 0;) {
        const chunk = Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES));
        const {bytesRead} = await this.file.read(chunk, 0, chunk.length, position);
        if (bytesRead === 0) throw new Error('The output of the process was cut short');
        position += bytesRead;
        left -= bytesRead;
        await onChunk(piece > 0 ? 'stdout' : 'stderr', chunk.subarray(0, bytesRead));
      }
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
