import readline from 'node:readline';
import {Readable} from 'node:stream';
import {setTimeout as delay} from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type {ImageDetails, ImageState, ImageUpdate, PullProgress} from '../../shared/engine';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {ByteStream, ImageStore} from '../executor/executor';
import {askTransport, underEither} from './engineCalls';
import type {EngineConnection} from './engineConnection';
import {engineError, failedStatus} from './engineError';
import {
  imageListReply,
  type ImageReply,
  imageReply,
  loadMessage,
  pullMessage,
  type PullMessage,
} from './engineReplies';
import {thisHost} from './hostEnvironment';
import {askRegistry, downloadSize} from './registry';
import {registryLogin} from './registryLogin';

/** A download whose connection broke is begun again so often, after so many milliseconds the first time. */
const RETRIES = 4;
const FIRST_PAUSE_MS = 1000;
/** How long a registry may take to say what it has, in milliseconds. */
const NEWEST_MS = 20_000;

/** What is said of a connection to a registry that broke, and not of one that never came about. */
const BROKEN =
  /unexpected EOF|\bEOF\b|connection reset|broken pipe|i\/o timeout|TLS handshake timeout|timeout awaiting|\b50[234]\b/iu;

/** The images of a container engine. */
export class DockerImages implements ImageStore {
  private readonly downloadSizes = new Map<string, Promise<number | null>>();

  constructor(
    private readonly engine: EngineConnection,
    /** Through which registries are asked. */
    private readonly proxy: () => string | null,
  ) {}

  async images(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly ImageState[], AppError>> {
    const found = await this.details(names);
    if (!found.ok) return found;
    const states = found.value.map(({image, present, id, sizeBytes}) => ({
      ...{image, present, id, sizeBytes},
    }));
    return ok(await Promise.all(states.map((state) => this.withSize(state, signal))));
  }

  async details(names: readonly string[]): Promise<Result<readonly ImageDetails[], AppError>> {
    try {
      const client = await this.engine.client();
      return ok(await Promise.all(names.map((name) => imageDetails(client, name))));
    } catch (error) {
      return err(engineError(error, 'list its images'));
    }
  }

  async local(prefix: string): Promise<Result<readonly string[], AppError>> {
    try {
      const found = imageListReply.parse(await (await this.engine.client()).listImages());
      const names = found.flatMap(({RepoTags}) => RepoTags);
      return ok(names.filter((name) => name.startsWith(prefix)).sort());
    } catch (error) {
      return err(engineError(error, 'list its images'));
    }
  }

  async newest(image: string, signal: AbortSignal): Promise<Result<ImageUpdate, AppError>> {
    const here = await this.details([image]);
    if (!here.ok) return here;
    const [details] = here.value;
    try {
      const login = await registryLogin(image, thisHost());
      const {digest, bytes} = await underEither(signal, AbortSignal.timeout(NEWEST_MS), (either) =>
        askRegistry(image, login, either, this.proxy()),
      );
      const state =
        details?.present !== true
          ? 'not-here'
          : digest === null || details.digest === null
            ? 'unknown'
            : digest === details.digest
              ? 'up-to-date'
              : 'newer';
      return ok({image, state, downloadBytes: bytes});
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return failWith(
        'network',
        `Study Desk could not find out from the registry whether there is a newer ${image}.`,
        {
          why,
          hint: 'Check your network connection, and for private images "docker login".',
        },
      );
    }
  }

  async save(names: readonly string[], signal: AbortSignal): Promise<Result<ByteStream, AppError>> {
    const found = await this.details(names);
    if (!found.ok) return found;
    const missing = found.value.filter(({present}) => !present).map(({image}) => image);
    if (missing.length > 0)
      return failWith('image-missing', `Not on this computer: ${missing.join(', ')}.`, {
        hint: 'Download them first.',
      });
    try {
      const client = await this.engine.client();
      const stream = await askTransport(client.modem, {
        path: '/images/get?',
        options: {names: [...names]},
        method: 'GET',
        isStream: true,
        abortSignal: signal,
        statusCodes: {200: true, 404: 'no such image', 500: 'server error'},
      });
      return ok(stream as Readable); // what a streamed answer is
    } catch (error) {
      return err(engineError(error, 'save its images'));
    }
  }

  async load(
    content: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<Result<readonly string[], AppError>> {
    try {
      const client = await this.engine.client();
      const names: string[] = [];
      const reply = await client.loadImage(Readable.from(content), {abortSignal: signal});
      for await (const message of messages(reply as Readable)) {
        const {stream = '', error} = loadMessage.parse(message);
        if (error !== undefined) throw new Error(error);
        for (const [, name = ''] of stream.matchAll(/Loaded image(?:\(s\)| ID)?: (\S+)/gu))
          names.push(...name.split(','));
      }
      return ok(names);
    } catch (error) {
      if (signal.aborted) return failWith('cancelled', 'Loading images was stopped.');
      return err(engineError(error, 'load the images'));
    }
  }

  async pull(
    image: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<null, AppError>> {
    let state = PULL_BEGINS;
    const login = await registryLogin(image, thisHost());
    const authconfig =
      login === null
        ? {}
        : login.username === ''
          ? {authconfig: {identitytoken: login.password}}
          : {authconfig: {username: login.username, password: login.password}};
    for (let tries = 0; ; tries += 1) {
      try {
        const client = await this.engine.client();
        const options = {platform: 'linux/amd64', abortSignal: signal, ...authconfig};
        const stream = await client.pull(image, options);
        await followPull(stream as Readable, state, (next) => {
          state = next;
          onProgress(pullProgress(image, next));
        });
        onProgress({...pullProgress(image, state), phase: 'done'});
        return ok(null);
      } catch (error) {
        const failure = engineError(error, `download ${image}`);
        const again =
          failure.kind !== 'no-engine' && BROKEN.test(failure.detail ?? '') && tries < RETRIES;
        if (again && !signal.aborted)
          await delay(FIRST_PAUSE_MS * 2 ** tries, undefined, {signal}).catch(() => undefined);
        if (signal.aborted) return failWith('cancelled', `The download of ${image} was stopped.`);
        if (!again) return err(failure);
      }
    }
  }

  /** Lists what is to be downloaded of a missing image; each registry is asked once, whatever it answers. */
  private async withSize(state: ImageState, signal: AbortSignal): Promise<ImageState> {
    if (state.present) return state;
    const asked =
      this.downloadSizes.get(state.image) ?? downloadSize(state.image, signal, this.proxy());
    this.downloadSizes.set(state.image, asked);
    return {...state, sizeBytes: await asked};
  }
}

async function imageDetails(client: Dockerode, image: string): Promise<ImageDetails> {
  try {
    const {Id, Size, Created, Architecture, RepoDigests} = await inspectImage(client, image);
    const repository = image.replace(/:[^/:]*$/u, '');
    const digest = RepoDigests.find((each) => each.startsWith(`${repository}@`));
    return {
      ...{image, present: true, id: Id, sizeBytes: Size},
      digest: digest?.slice(repository.length + 1) ?? null,
      createdAt: Created === '' ? null : Created,
      architecture: Architecture === '' ? null : Architecture,
    };
  } catch (error) {
    if (failedStatus(error) !== 404) throw error;
    return {
      ...{image, present: false, id: null, sizeBytes: null},
      ...{digest: null, createdAt: null, architecture: null},
    };
  }
}

/** An image as the engine knows it; rejects with the status 404 where it is not here. */
export async function inspectImage(client: Dockerode, image: string): Promise<ImageReply> {
  return imageReply.parse(await client.getImage(image).inspect());
}

/** Follows a download; rejects with the engine's or the registry's words, and at once when its signal says so. */
async function followPull(
  stream: Readable,
  before: PullState,
  onStep: (state: PullState) => void,
): Promise<void> {
  let state = before;
  onStep(state);
  for await (const message of messages(stream)) {
    const step = pullMessage.parse(message);
    if (step.error !== undefined) throw new Error(step.error);
    state = pullStep(state, step);
    onStep(state);
  }
}

/** The JSON lines that an engine sends about its work. */
async function* messages(stream: Readable): AsyncGenerator<unknown> {
  const lines = readline.createInterface({input: stream});
  const broken = new Promise<never>((_, reject) => stream.once('error', reject));
  // reported by the race below, or nobody waits any more
  broken.catch(() => undefined);
  const each = lines[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([each.next(), broken]);
    if (next.done === true) return;
    if (next.value.trim() !== '') yield JSON.parse(next.value) as unknown; // decoded by who asked
  }
}

interface Layer {
  readonly downloaded: number;
  readonly total: number | null;
}

/** How far the layers of an image are. */
interface PullState {
  readonly layers: ReadonlyMap<string, Layer>;
  readonly phase: PullProgress['phase'];
}

export const PULL_BEGINS: PullState = {layers: new Map(), phase: 'resolving'};

/** The state after one more message of the engine. */
export function pullStep(state: PullState, message: PullMessage): PullState {
  const {id, status = ''} = message;
  if (id === undefined || status.startsWith('Pulling from')) return state;
  const before = state.layers.get(id) ?? {downloaded: 0, total: null};
  const layers = new Map(state.layers).set(id, layerStep(before, message));
  const extracting = status === 'Extracting' || status === 'Pull complete';
  return {layers, phase: extracting && allDownloaded(layers) ? 'extracting' : 'downloading'};
}

/** The sums over all layers known so far. */
export function pullProgress(image: string, {layers, phase}: PullState): PullProgress {
  const all = [...layers.values()];
  const known = all.filter(({total}) => total !== null);
  return {
    image,
    downloadedBytes: all.reduce((sum, {downloaded}) => sum + downloaded, 0),
    totalBytes: known.length === 0 ? null : known.reduce((sum, {total}) => sum + (total ?? 0), 0),
    phase,
  };
}

function layerStep(layer: Layer, {status, progressDetail}: PullMessage): Layer {
  switch (status) {
    case 'Downloading':
      return {
        downloaded: progressDetail?.current ?? layer.downloaded,
        total: progressDetail?.total ?? layer.total,
      };
    case 'Download complete':
    case 'Verifying Checksum':
    case 'Extracting':
    case 'Pull complete':
      return {...layer, downloaded: layer.total ?? layer.downloaded};
    default:
      return layer;
  }
}

function allDownloaded(layers: ReadonlyMap<string, Layer>): boolean {
  return [...layers.values()].every(({downloaded, total}) => total === null || downloaded >= total);
}
