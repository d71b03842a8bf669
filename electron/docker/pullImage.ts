import readline from 'node:readline';
import type Dockerode from 'dockerode';
import type {PullProgress} from '../../shared/engine';
import {pullMessage, type PullMessage} from './engineReplies';

/** Downloads an image; rejects with the engine's or the registry's words. Ends at once when the signal says so. */
export async function pullImage(
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
