import readline from 'node:readline';
import type Dockerode from 'dockerode';
import type {ImageState, PullProgress} from '../../shared/engine';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {ImageStore} from '../engine/executor';
import {downloadSize} from './downloadSize';
import type {EngineConnection} from './engineConnection';
import {engineError, failedStatus} from './engineError';
import {type ImageReply, imageReply, pullMessage, type PullMessage} from './engineReplies';

/** The images of a container engine. */
export class DockerImages implements ImageStore {
  private readonly downloadSizes = new Map<string, Promise<number | null>>();

  constructor(private readonly engine: EngineConnection) {}

  async images(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly ImageState[], AppError>> {
    try {
      const client = await this.engine.client();
      const states = await Promise.all(names.map((name) => imageState(client, name)));
      return ok(await Promise.all(states.map((state) => this.withSize(state, signal))));
    } catch (error) {
      return err(engineError(error, 'list its images'));
    }
  }

  async pull(
    image: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<null, AppError>> {
    try {
      await pullImage(await this.engine.client(), image, onProgress, signal);
      return ok(null);
    } catch (error) {
      if (signal.aborted)
        return err(appError('cancelled', `The download of ${image} was stopped.`));
      return err(engineError(error, `download ${image}`));
    }
  }

  /** Tells what is to be downloaded of a missing image; each registry is asked once, whatever it answers. */
  private async withSize(state: ImageState, signal: AbortSignal): Promise<ImageState> {
    if (state.present) return state;
    const asked = this.downloadSizes.get(state.image) ?? downloadSize(state.image, signal);
    this.downloadSizes.set(state.image, asked);
    return {...state, sizeBytes: await asked};
  }
}

async function imageState(client: Dockerode, image: string): Promise<ImageState> {
  try {
    const {Id, Size} = await inspectImage(client, image);
    return {image, present: true, id: Id, sizeBytes: Size};
  } catch (error) {
    if (failedStatus(error) !== 404) throw error;
    return {image, present: false, id: null, sizeBytes: null};
  }
}

/** An image as the engine knows it; rejects with the status 404 where it is not here. */
export async function inspectImage(client: Dockerode, image: string): Promise<ImageReply> {
  return imageReply.parse(await client.getImage(image).inspect());
}

/** Downloads an image; rejects with the engine's or the registry's words. Ends at once when the signal says so. */
async function pullImage(
  client: Dockerode,
  image: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const options = {platform: 'linux/amd64', abortSignal: signal};
  const stream = await client.pull(image, options);
  const lines = readline.createInterface({input: stream});
  let state = PULL_BEGINS;
  onProgress(pullProgress(image, state));
  const broken = new Promise<never>((_, reject) => stream.once('error', reject));
  const read = async (): Promise<void> => {
    for await (const line of lines) {
      if (line.trim() === '') continue;
      const message = pullMessage.parse(JSON.parse(line));
      if (message.error !== undefined) throw new Error(message.error);
      state = pullStep(state, message);
      onProgress(pullProgress(image, state));
    }
  };
  await Promise.race([read(), broken]);
  onProgress({...pullProgress(image, state), phase: 'done'});
}

interface Layer {
  readonly downloaded: number;
  readonly total: number | null;
}

/** How far the layers of an image are. */
export interface PullState {
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
