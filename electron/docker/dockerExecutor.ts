import type Dockerode from 'dockerode';
import type {Container} from 'dockerode';
import type {EngineStatus} from '../../shared/engine';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {
  Engine,
  Executor,
  FilledJob,
  JobSpec,
  PreparedJob,
  RunningJob,
} from '../executor/executor';
import {WORKSPACE} from '../files/workspaceEntries';
import {ContainerJob, type JobIdentity, removeContainer, removeUnbegun} from './containerJob';
import {
  containerSpec,
  containerUser,
  DEBUG_LABEL,
  JOB_LABEL,
  RUN_LABEL,
  STUDY_LABEL,
} from './containerSpec';
import {DockerHost} from './dockerHost';
import {DockerImages, inspectImage} from './dockerImages';
import {DockerStock} from './dockerStock';
import {underEither, askTransport} from './engineCalls';
import {type FixedEngine, EngineConnection} from './engineConnection';
import {engineError, failedStatus} from './engineError';
import {downStatus, readiness} from './engineTrouble';
import {type ListedContainer, listReply} from './engineReplies';
import {DockerTools} from './dockerTools';
import {ownIds} from './hostEnvironment';
import {CodeArchives, fillWorkspace, type WorkspacePart} from './fillWorkspace';

/** The Docker or Podman engine that is chosen, or else found (`engineAddresses`): jobs run in its containers. */
export function createDockerEngine(
  options: FixedEngine = {},
  proxy: () => string | null = () => null,
): Engine {
  const connection = new EngineConnection(options);
  const codeArchives = new CodeArchives();
  return {
    executor: new DockerExecutor(connection, codeArchives),
    imageStore: new DockerImages(connection, proxy),
    stock: new DockerStock(connection),
    tools: new DockerTools(connection, codeArchives),
    host: new DockerHost(connection),
  };
}

/** How often it is looked for containers, as long as some of them begin meanwhile. */
const LOOKS_AT_MOST = 3;

class DockerExecutor implements Executor {
  readonly kind = 'docker';
  private readonly user = containerUser(process.platform, ownIds(), process.env);
  /** Jobs of this process by container: found again after the engine was away, they are known better than by labels. */
  private readonly jobs = new Map<string, JobIdentity>();

  constructor(
    private readonly engine: EngineConnection,
    private readonly codeArchives: CodeArchives,
  ) {}

  async status(_signal: AbortSignal): Promise<EngineStatus> {
    try {
      await (await this.engine.client()).ping();
      const status = await readiness(await this.engine.facts(), await this.engine.isLocal());
      const engine = await this.engine.name();
      return status.state === 'ready' && engine !== null ? {...status, engine} : status;
    } catch (error) {
      this.engine.forget(this.jobs.size > 0);
      return downStatus(error);
    }
  }

  async prepare(spec: JobSpec, signal: AbortSignal): Promise<Result<PreparedJob, AppError>> {
    try {
      const made = await this.engine.whileAnswering((answering) =>
        underEither(signal, answering, (either) => this.make(spec, either, 'all')),
      );
      return made.ok ? ok(this.prepared(spec, made.value)) : made;
    } catch (error) {
      if (signal.aborted) return failWith('cancelled', `${spec.action} was stopped.`);
      return err(engineError(error, `prepare a container for ${spec.action}`));
    }
  }

  async prepareAhead(spec: JobSpec, signal: AbortSignal): Promise<FilledJob | null> {
    try {
      const made = await this.engine.whileAnswering((answering) =>
        underEither(signal, answering, (either) => this.make(withoutInputs(spec), either, 'all')),
      );
      return made.ok ? this.filled(spec, made.value) : null;
    } catch {
      // met again, and shown, when the job is prepared at its turn
      return null;
    }
  }

  async recover(studyId: string): Promise<Result<readonly RunningJob[], AppError>> {
    try {
      return ok(await this.engine.whileAnswering(() => this.findBegun(studyId)));
    } catch (error) {
      return err(engineError(error, 'list the containers of earlier runs'));
    }
  }

  /** Finds the jobs that have begun, and removes what never will. */
  private async findBegun(studyId: string): Promise<readonly RunningJob[]> {
    const client = await this.engine.client();
    for (let looks = 1; ; looks += 1) {
      // tools of the study have no run
      const found = await this.list([`${STUDY_LABEL}=${studyId}`, RUN_LABEL], true);
      const ofState = (state: string) => found.filter(({State}) => State === state);
      const containersOf = (listed: readonly ListedContainer[]) =>
        listed.map(({Id}) => client.getContainer(Id));
      // of one whose removal was broken off nothing is left
      await Promise.all(containersOf(ofState('removing')).map(removeContainer));
      // one of this process is yet to be started
      const never = ofState('created').filter(({Id}) => !this.jobs.has(Id));
      const removed = await Promise.all(containersOf(never).map(removeUnbegun));
      if (!removed.includes(false) || looks === LOOKS_AT_MOST)
        return found
          .filter(({State}) => !['created', 'removing'].includes(State))
          .map((each) => this.again(each));
    }
  }

  async running(jobId: string): Promise<RunningJob | null> {
    const [found] = await this.list([`${JOB_LABEL}=${jobId}`], false).catch(() => []);
    // one by itself, as it remembers what it saw
    return found === undefined ? null : this.again(found);
  }

  /** Where no engine answers, none of its containers runs. */
  async foreignJobs(workspace: string): Promise<readonly string[]> {
    try {
      const labels = ['jobrunner-local', `workspace=${workspace}`];
      const found = await this.list(labels, false);
      return found
        .filter(({Labels}) => Labels[RUN_LABEL] === undefined)
        .flatMap(({Names}) => Names.flatMap((name) => /^\/?os-job-(.+)$/u.exec(name)?.[1] ?? []));
    } catch {
      return [];
    }
  }

  async removeRun(studyId: string, runId: string): Promise<void> {
    await this.engine.whileAnswering(async () => {
      const client = await this.engine.client();
      const left = await this.list([`${STUDY_LABEL}=${studyId}`, `${RUN_LABEL}=${runId}`], true);
      await Promise.all(left.map(({Id}) => removeContainer(client.getContainer(Id))));
    });
    for (const [id, job] of this.jobs) if (job.runId === runId) this.jobs.delete(id);
  }

  async close(): Promise<void> {
    await this.codeArchives.close();
    this.engine.close();
  }

  private async list(labels: readonly string[], all: boolean): Promise<readonly ListedContainer[]> {
    const client = await this.engine.client();
    const {isPodman} = await this.engine.facts();
    const filters = {label: [...labels]};
    const inDockersForm = (): Promise<unknown> => client.listContainers({all, filters});
    return listReply.parse(
      // one before 4.0 does not know it by this name
      await (isPodman ? listPodman(client, all, filters).catch(inDockersForm) : inDockersForm()),
    );
  }

  /** A name taken by a container of ours that an earlier process left is freed first. */
  private async create(
    client: Dockerode,
    spec: JobSpec,
    signal: AbortSignal,
  ): Promise<Dockerode.Container> {
    const options = containerSpec(spec, this.user, await this.engine.facts());
    const make = (): Promise<Dockerode.Container> =>
      client.createContainer({...options, abortSignal: signal});
    try {
      return await make();
    } catch (error) {
      // Podman, killed while it makes one, leaves a name without a container that could be listed
      const half = error instanceof Error ? HALF_MADE.exec(error.message)?.[1] : undefined;
      if (failedStatus(error) !== 409 && half === undefined) throw error;
      const [taken] = await this.list([`${JOB_LABEL}=${spec.jobId}`], true);
      const id = taken?.Id ?? half;
      if (id === undefined) throw error;
      await removeContainer(client.getContainer(id));
      return make();
    }
  }

  /** Makes a job's container and fills it; leaves none behind where that fails. */
  private async make(
    spec: JobSpec,
    signal: AbortSignal,
    part: WorkspacePart,
  ): Promise<Result<MadeContainer, AppError>> {
    const client = await this.engine.client();
    const asked = Promise.allSettled([inspectImage(client, spec.image)]);
    const container = await this.create(client, spec, signal);
    try {
      const [image] = await asked;
      if (image.status === 'rejected') throw image.reason;
      const volume = workspaceVolume(Object.keys(image.value.Config?.Volumes ?? {}));
      if (volume !== null) {
        await removeContainer(container);
        return volumeInTheWay(spec.image, volume);
      }
      await fillWorkspace(container, spec.staging, this.user, this.codeArchives, signal, part);
      return ok({id: container.id, imageId: image.value.Id});
    } catch (error) {
      // an engine that is lost leaves it; whoever makes the job's container anew removes it
      await removeContainer(container).catch(() => undefined);
      throw error;
    }
  }

  private filled(spec: JobSpec, made: MadeContainer): FilledJob {
    const {codeKey} = spec.staging;
    const job = this.job(made.id, identityOf({...spec, debug: false}, made.imageId));
    const remove = (): Promise<void> => job.remove();
    return {
      remove,
      prepare: async (staging, signal) => {
        const now = {...spec, staging};
        if (staging.codeKey === codeKey) {
          try {
            const container = (await this.engine.client()).getContainer(made.id);
            await this.engine.whileAnswering((answering) =>
              underEither(signal, answering, async (either) => {
                // without inputs it is whole, as long as nobody has cleared it away
                if (staging.inputs.length === 0) await container.inspect({abortSignal: either});
                else
                  await fillWorkspace(
                    container,
                    staging,
                    this.user,
                    this.codeArchives,
                    either,
                    'inputs',
                  );
              }),
            );
            return ok(this.prepared(now, made));
          } catch {
            // an engine that was away may have lost it: whatever is wrong shows again below
          }
        }
        await remove().catch(() => undefined);
        return this.prepare(now, signal);
      },
    };
  }

  private prepared(spec: JobSpec, {id, imageId}: MadeContainer): PreparedJob {
    const {action} = spec;
    const job = this.job(id, identityOf(spec, imageId));
    return {
      imageId,
      start: async () => {
        try {
          await this.engine.whileAnswering(async () =>
            startContainer((await this.engine.client()).getContainer(id)),
          );
          // asked at once, so that the end is known as soon as it comes
          void job.wait();
          return ok(job);
        } catch (error) {
          return err(engineError(error, `start ${action}`));
        }
      },
      remove: () => job.remove(),
    };
  }

  private again({Id, ImageID, Labels}: ListedContainer): RunningJob {
    const identity = this.jobs.get(Id) ?? {
      jobId: Labels[JOB_LABEL] ?? '',
      runId: Labels[RUN_LABEL] ?? '',
      action: Labels['action'] ?? '',
      imageId: ImageID,
      staging: null,
      debug: Labels[DEBUG_LABEL] !== undefined,
    };
    return this.job(Id, {...identity, isFound: true});
  }

  private job(id: string, identity: JobIdentity): ContainerJob {
    this.jobs.set(id, identity);
    return new ContainerJob(this.engine, id, identity, () => this.jobs.delete(id));
  }
}

function withoutInputs(spec: JobSpec): JobSpec {
  return {...spec, staging: {...spec.staging, inputs: []}};
}

/** A container that has been made. */
interface MadeContainer {
  readonly id: string;
  readonly imageId: string;
}

function identityOf(spec: JobSpec, imageId: string): JobIdentity {
  const {jobId, runId, action, debug, staging} = spec;
  return {jobId, runId, action, debug, imageId, staging, isFound: false};
}

/**
 * Podman's own list: its list in Docker's form fails as a whole once a removal was broken off, as when its service was
 * killed.
 */
function listPodman(
  client: Dockerode,
  all: boolean,
  filters: Readonly<Record<string, readonly string[]>>,
): Promise<unknown> {
  return askTransport(client.modem, {
    path: '/v4.0.0/libpod/containers/json?',
    method: 'GET',
    options: {all, filters: JSON.stringify(filters)},
    statusCodes: {200: true, 400: 'bad parameter', 500: 'server error'},
  });
}

/** A volume that an image declares at the workspace, above it or inside it hides what is written there. */
function workspaceVolume(volumes: readonly string[]): string | null {
  const found = volumes.find((volume) => {
    const folder = volume.replace(/\/+$/, '');
    return `${WORKSPACE}/`.startsWith(`${folder}/`) || folder.startsWith(`${WORKSPACE}/`);
  });
  return found ?? null;
}

function volumeInTheWay(image: string, volume: string): Result<never, AppError> {
  return failWith('job-failed', `The image ${image} stores ${volume} in a separate volume.`, {
    why: 'Files that an action writes there can’t be collected.',
    hint: 'Use an OpenSAFELY image, or remove the VOLUME line from this image’s Dockerfile.',
  });
}

/** What Podman says when a name is taken. */
const HALF_MADE = /container name .* is already in use by ([0-9a-f]{64})/u;

/** What runc says when the process that sets a container up was lost before its command began. */
const SET_UP_LOST = /runc create failed.*(connection reset by peer|EOF)/u;

/** Starts a container; once more where its set-up was lost on the way, which nothing of the action's had seen. */
export async function startContainer(container: Pick<Container, 'start'>): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    if (!(error instanceof Error) || !SET_UP_LOST.test(error.message)) throw error;
    await container.start();
  }
}
