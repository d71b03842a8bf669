import type {ImageDetails, PullProgress} from './engine';
import type {AppError} from './errors';

/** Where images come from by default. */
export const DEFAULT_REGISTRY = 'ghcr.io/opensafely-core';

/** An image that a study needs. */
export interface StudyImage extends ImageDetails {
  /** The actions that it is needed by. */
  readonly neededBy: readonly string[];
  /** It is made for another processor than the engine's. */
  readonly emulated: boolean;
}

/** The images of a study, those missing first. */
export interface ImageListing {
  readonly images: readonly StudyImage[];
  /** Reusable actions whose image is known once they have been fetched, as run lines name them. */
  readonly notYetKnown: readonly string[];
  /** Where images come from. */
  readonly registry: string;
}

/** A download beside any run, under way or ended. */
export interface ImagePull {
  readonly image: string;
  readonly progress: PullProgress;
  readonly state: 'under-way' | 'done' | 'failed' | 'stopped';
  /** Why it failed; null where it did not. */
  readonly error: AppError | null;
}

/** An image without the registry that all images come from, as run lines name it. */
export function shortImage(image: string, registry: string): string {
  return image.startsWith(`${registry}/`) ? image.slice(registry.length + 1) : image;
}
