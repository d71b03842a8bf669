import {assertNever} from '../../shared/result';

/** What an entry of a workspace may be besides a file or a folder. */
export type SpecialKind = 'symlink' | 'fifo' | 'socket' | 'device';

/** Why an entry is not collected that has no name to ask for it by. */
export const NOT_UTF8 = 'Its name is not UTF-8.';

/** Why an entry is not collected that is no regular file; `target` is where a link leads. */
export function refusalReason(kind: SpecialKind, target: string): string {
  switch (kind) {
    case 'symlink':
      return `It is a link to "${target}"; links are not collected, copy the file instead.`;
    case 'fifo':
      return 'It is a pipe, not a file.';
    case 'socket':
      return 'It is a socket, not a file.';
    case 'device':
      return 'It is a device, not a file.';
    default:
      return assertNever(kind);
  }
}

/** How much of a file's type a look at it tells. */
interface EntryType {
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** What a look at an entry of this computer's disk says it is. */
export function specialKindOf(entry: EntryType): SpecialKind | 'file' | 'directory' {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isFIFO()) return 'fifo';
  return entry.isSocket() ? 'socket' : 'device';
}
