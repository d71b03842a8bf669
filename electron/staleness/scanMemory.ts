import type {Action} from '../../shared/project';
import type {HashedFile} from './hashCache';
import {scanScripts} from './scan/scanScripts';
import {wordsOf} from './usedFiles';

interface Remembered {
  readonly list: string;
  readonly found: ReadonlySet<string>;
  /** Digests of the files that were found: their texts decide what else is. */
  readonly digests: string;
}

/** What scripts were found to read, looked into again only when they or the list of files have changed. */
export class ScanMemory {
  private readonly scans = new Map<string, Remembered>();

  /** The code files that the action's scripts name, as far as a scan can tell; `list` is a digest of `codePaths`. */
  paths(
    action: Action,
    codePaths: readonly string[],
    list: string,
    hash: (path: string) => HashedFile | null,
    readText: (path: string) => string | null,
  ): ReadonlySet<string> {
    const words = wordsOf(action);
    const key = words.join('\0');
    const digests = (found: Iterable<string>): string =>
      [...found].map((path) => hash(path)?.sha256 ?? '').join();
    const known = this.scans.get(key);
    if (known?.list === list && known.digests === digests(known.found)) return known.found;
    const found = new Set(scanScripts(words, codePaths, readText).paths);
    this.scans.set(key, {list, found, digests: digests(found)});
    return found;
  }
}
