import type {PullProgress} from '../../shared/engine';
import type {PullMessage} from './engineReplies';

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
