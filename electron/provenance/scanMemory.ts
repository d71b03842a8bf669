import type {Action} from '../../shared/project';
import type {HashedFile} from './hashCache';
import {CodeMatcher} from './scan/codeMatcher';
import {runLineSources} from './scan/runLineSources';
import {scanFrom, type ScriptScan} from './scan/scanScripts';

/** The code files as they are, for a scan; `list` is a digest of `paths`. */
export interface CodeNow {
  readonly paths: readonly string[];
  readonly list: string;
  readonly hash: (path: string) => HashedFile | null;
  readonly readText: (path: string) => string | null;
}

interface Remembered {
  readonly scan: ScriptScan;
  /** Digests of the files that were found: their texts decide what else is. */
  readonly digests: string;
}

/** The words that say what an action runs: its image, and all that the container is given, the config too. */
export function wordsOf(action: Action): readonly string[] {
  return [action.run.argv[0] ?? '', ...action.containerArgs];
}

/**
 * What scripts were found to read, looked into again only when they or the list of files have
 * changed, and once for all actions whose run lines differ in nothing that has to do with files.
 */
export class ScanMemory {
  private scans = new Map<string, Remembered>();
  private matcher: CodeMatcher | null = null;
  private list = '';

  /** The code files that the action's scripts name, as far as a scan can find. */
  scan(action: Action, code: CodeNow): ScriptScan {
    if (this.matcher === null || this.list !== code.list) {
      this.matcher = new CodeMatcher(code.paths);
      this.list = code.list;
      this.scans = new Map();
    }
    const words = wordsOf(action);
    const image = words[0] ?? '';
    const line = runLineSources(words, this.matcher);
    // code on the line itself is distinguished by the whole line
    const inline = line.inline.length > 0 ? words : [];
    const key = JSON.stringify([image, line.paths, line.certain, inline]);
    const digests = ({paths}: ScriptScan): string =>
      paths.map((path) => code.hash(path)?.sha256 ?? '').join();
    const known = this.scans.get(key);
    if (known !== undefined && known.digests === digests(known.scan)) return known.scan;
    const scan = scanFrom(image, line, this.matcher, code.readText);
    this.scans.set(key, {scan, digests: digests(scan)});
    return scan;
  }
}
