import type {Container} from 'dockerode';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {
  FileSink,
  JobExit,
  ProducedFile,
  RunningJob,
  Staging,
  WorkspaceChanges,
} from '../executor/executor';
import {examineEntries, type LookAt} from '../files/workspaceEntries';
import {collectPlan, lookByEngine, sharedFolder, takeFiles} from './containerFiles';
import {followLogs, readLogsAgain, type TakeChunk} from './containerLogs';
import {byOurClock} from './engineClock';
import type {EngineConnection} from './engineConnection';
import {underEither} from './engineCalls';
import {engineError, failedStatus} from './engineError';
import {changesReply, type ContainerReply, containerReply} from './engineReplies';
import {type LayerLook, lookAtLayer, lookInLayer, takeFromLayer} from './localLayer';
import {ResourceWatch} from './resourceWatch';
import {
  type ArchivedWorkspace,
  changedPaths,
  listWorkspace,
  readEntries,
  readStagedList,
  type StagedFile,
  stagedFiles,
  writtenPaths,
} from './workspaceListing';

/** What a container is for. */
export interface JobIdentity {
  readonly jobId: string;
  readonly runId: string;
  readonly action: string;
  readonly imageId: string | null;
  /** What was put into the workspace; null where only the container knows, after a restart of ours. */
  readonly staging: Staging | null;
  readonly debug: boolean;
  /** It was found in the engine, and may have written and ended long before. */
  readonly isFound: boolean;
}

/** More paths than this are looked at through one archive rather than one by one. */
const EACH_AT_MOST = 200;
/** A command that ignores the request to end is killed after this. */
const GRACE_SECONDS = 1;

/** A started container. */
export class ContainerJob implements RunningJob {
  readonly jobId: string;
  readonly action: string;
  readonly runId: string;
  readonly handle: string;
  readonly imageId: string | null;
  private readonly resources: ResourceWatch;
  private ending: Promise<Result<JobExit, AppError>> | null = null;
  private removal: Promise<void> | null = null;
  private look: Promise<LayerLook | null> | null = null;
  private staged: Promise<readonly StagedFile[]> | null = null;
  private last: ContainerReply | null = null;
  private produced: readonly ProducedFile[] = [];
  private sources: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly engine: EngineConnection,
    private readonly id: string,
    private readonly identity: JobIdentity,
    private readonly onRemoved: () => void,
  ) {
    this.jobId = identity.jobId;
    this.action = identity.action;
    this.runId = identity.runId;
    this.imageId = identity.imageId;
    this.handle = id;
    this.resources = new ResourceWatch(engine, id);
  }

  async logs(onChunk: TakeChunk): Promise<void> {
    await this.engine.whileAnswering(async (signal) => {
      const container = await this.container();
      const {isPodman, secondsAhead} = await this.engine.facts();
      const timed = this.identity.isFound;
      const take: TakeChunk = (stream, chunk, time) =>
        onChunk(stream, chunk, time === undefined ? time : byOurClock(time, secondsAhead));
      if (isPodman) await readLogsAgain(container, this.wait(), timed, take, signal);
      else await followLogs(container, timed, take, signal);
    });
  }

  wait(): Promise<Result<JobExit, AppError>> {
    this.ending ??= this.waitForEnd();
    return this.ending;
  }

  async stop(): Promise<void> {
    try {
      await this.engine.whileAnswering(async () => {
        await (await this.container()).stop({t: GRACE_SECONDS});
      });
    } catch (error) {
      if (![304, 404, 409].includes(failedStatus(error) ?? 0)) throw error;
    }
  }

  async changes(): Promise<Result<WorkspaceChanges, AppError>> {
    try {
      return ok(await this.engine.whileAnswering(() => this.listChanges()));
    } catch (error) {
      return err(engineError(error, 'list what the action wrote'));
    }
  }

  async collect(
    paths: readonly string[],
    onFile: FileSink,
    signal: AbortSignal,
  ): Promise<Result<null, AppError>> {
    if (paths.length === 0) return ok(null);
    const known = new Set(this.produced.map(({path}) => path));
    const unknown = paths.find((path) => !known.has(path));
    // Podman would follow a link there, wherever it leads
    if (unknown !== undefined)
      return failWith('not-found', `${unknown} is not among the files that the action wrote.`);
    try {
      signal.throwIfAborted();
      const look = await this.lookOnce();
      const left: string[] = [];
      for (const path of paths) {
        const source = this.sources.get(path) ?? path;
        if (look === null || !(await takeFromLayer(look, path, source, onFile, signal)))
          left.push(path);
      }
      if (left.length === 0) return ok(null);
      const present = [...this.produced, ...(await this.stagedFiles())];
      const linked = new Map(
        left.flatMap((path) => {
          const source = this.sources.get(path);
          return source === undefined ? [] : [[path, source] as const];
        }),
      );
      const plan = collectPlan(
        left.filter((path) => !linked.has(path)),
        present,
      );
      await this.engine.whileAnswering((answering) =>
        underEither(signal, answering, (either) =>
          takeFiles(this.engine, this.id, plan, linked, onFile, either),
        ),
      );
      return ok(null);
    } catch (error) {
      return err(engineError(error, 'hand over the files that the action wrote'));
    }
  }

  async filesRead(): Promise<readonly string[] | null> {
    return (await this.lookOnce())?.read ?? null;
  }

  remove(): Promise<void> {
    if (this.identity.debug) return Promise.resolve();
    this.removal ??= this.removeNow().catch((error: unknown) => {
      // an engine that is back can be asked again
      this.removal = null;
      throw error;
    });
    return this.removal;
  }

  private async removeNow(): Promise<void> {
    this.resources.stop();
    await this.engine.whileAnswering(async () => removeContainer(await this.container()));
    this.onRemoved();
  }

  private async listChanges(): Promise<WorkspaceChanges> {
    const container = await this.container();
    const look = await this.lookOnce();
    const staged = await this.stagedFiles();
    const listing = look ?? (await listWorkspace(container, staged));
    const names = new Set(staged.map(({path}) => path));
    const paths =
      listing === null
        ? changedPaths(changesReply.parse(await container.changes()), names, new Set())
        : writtenPaths(listing, names);
    const all = listing?.paths ?? [...names, ...paths];
    const lookAt = await this.lookAt(container, listing, paths);
    const {files, refused, sources} = await examineEntries(paths, all, lookAt);
    this.produced = files;
    this.sources = sources;
    const written = new Set(paths);
    const untouched = (listing?.paths ?? [...names]).filter(
      (path) => names.has(path) && !written.has(path),
    );
    return {files, refused, untouched};
  }

  /** Looks at entries where that is cheapest: in the layer, in what has been read of it, or by asking the engine. */
  private async lookAt(
    container: Container,
    listing: LayerLook | ArchivedWorkspace | null,
    paths: readonly string[],
  ): Promise<LookAt> {
    if (listing !== null && 'folder' in listing) return lookInLayer(listing);
    const byEngine = lookByEngine(container);
    if (listing === null && paths.length <= EACH_AT_MOST) return byEngine;
    const folder = sharedFolder(paths);
    const entries = listing?.entries ?? (await readEntries(container, folder));
    const known = (path: string): boolean =>
      listing !== null || path.startsWith(folder === '' ? '' : `${folder}/`);
    return async (path) => (known(path) ? (entries.get(path) ?? null) : byEngine(path));
  }

  private async container(): Promise<Container> {
    return (await this.engine.client()).getContainer(this.id);
  }

  private async waitForEnd(): Promise<Result<JobExit, AppError>> {
    this.resources.start();
    try {
      const container = await this.container();
      const state = await this.engine.whileAnswering(async (signal) => {
        await container.wait({condition: 'not-running', abortSignal: signal});
        return containerReply.parse(await container.inspect());
      });
      this.last = state;
      return ok(this.exit(state, (await this.engine.facts()).secondsAhead));
    } catch (error) {
      return err(engineError(error, 'report how the action ended'));
    } finally {
      this.resources.stop();
    }
  }

  private exit({State}: ContainerReply, secondsAhead: number): JobExit {
    const {peakMemoryBytes, cpuSeconds} = this.resources.seen();
    const startedAt = byOurClock(isoTime(State.StartedAt), secondsAhead);
    const finishedAt = byOurClock(isoTime(State.FinishedAt), secondsAhead);
    return {
      exitCode: State.ExitCode,
      outOfMemory: State.OOMKilled,
      startedAt,
      // engines take the two from different clocks: of a short job the end may come first
      finishedAt: finishedAt < startedAt ? startedAt : finishedAt,
      peakMemoryBytes,
      cpuSeconds,
    };
  }

  /** The workspace is looked at once, before anything of ours reads files there. */
  private lookOnce(): Promise<LayerLook | null> {
    this.look ??= this.lookNow();
    return this.look;
  }

  private async lookNow(): Promise<LayerLook | null> {
    const layer = this.last?.GraphDriver?.Data?.['UpperDir'];
    if (layer === undefined || !(await this.engine.isLocal())) return null;
    return lookAtLayer(layer, await this.stagedFiles());
  }

  private stagedFiles(): Promise<readonly StagedFile[]> {
    const {staging} = this.identity;
    this.staged ??=
      staging === null
        ? this.container().then(readStagedList)
        : Promise.resolve(stagedFiles(staging));
    return this.staged;
  }
}

/** Removes a container with its anonymous volumes; one that is gone or going is fine. */
export async function removeContainer(container: Container): Promise<void> {
  try {
    await container.remove({force: true, v: true});
  } catch (error) {
    if (![404, 409].includes(failedStatus(error) ?? 0)) throw error;
  }
}

/**
 * Removes a container that was seen not to have begun; false where that is no longer so. A process that was killed may just
 * have asked for its start: it must not be taken away from under a command that runs.
 */
export async function removeUnbegun(container: Container): Promise<boolean> {
  try {
    await container.remove({v: true});
  } catch (error) {
    if (failedStatus(error) === 409) return false;
    if (failedStatus(error) !== 404) throw error;
  }
  return true;
}

/** Engines give nanoseconds. */
function isoTime(text: string): string {
  return new Date(text).toISOString();
}
