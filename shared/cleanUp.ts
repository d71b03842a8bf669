/** Something that Study Desk or `opensafely` has left, and that nothing uses any more. */
export interface Leftover {
  readonly kind: 'container' | 'volume' | 'image' | 'folder' | 'file' | 'logs' | 'cache';
  /** What identifies it among its kind: the engine's id or name, or a path, study-relative where it is in the study. */
  readonly id: string;
  readonly name: string;
  /** Null where it is not known. */
  readonly bytes: number | null;
  /** What it is and why nothing needs it, in a sentence. */
  readonly why: string;
  /** What is lost with it, in a sentence: it goes only where it is chosen. Null where nothing is. */
  readonly loss: string | null;
}

/** Something that Study Desk keeps, and that no clean-up takes. */
export interface KeptForGood {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Null where it is not there, or part of it can't be read. */
  readonly bytes: number | null;
  /** What it is for, in a sentence without a full stop. */
  readonly why: string;
}

/** What can be cleaned up. */
export interface CleanUpPreview {
  readonly leftovers: readonly Leftover[];
  readonly forGood: readonly KeptForGood[];
  /** Why what is in the engine is not listed; null where it is. */
  readonly engineError: string | null;
  /** Why what `opensafely run` uses is left out; null where it is not at work here. */
  readonly leftOut: string | null;
}

/** What a clean-up has done. */
export interface CleanUpDone {
  readonly removed: readonly Leftover[];
  /** With the reason of each. */
  readonly kept: readonly {readonly leftover: Leftover; readonly reason: string}[];
  /** Bytes of all that could be cleaned up, before and after. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** What some leftovers take together, as far as it is known. */
export function bytesOf(leftovers: readonly Leftover[]): number {
  return leftovers.reduce((sum, {bytes}) => sum + (bytes ?? 0), 0);
}

/** Leftovers by kind, in words. */
export const LEFTOVER_KINDS: Readonly<Record<Leftover['kind'], string>> = {
  container: 'Containers',
  volume: 'Volumes',
  image: 'Images',
  folder: 'Folders',
  file: 'Files',
  logs: 'Logs',
  cache: 'Caches',
};
