import {posix} from 'node:path';
import {escapeRegExp} from '../../../shared/escapeRegExp';

/** Finds code files by paths as scripts write them. */
export class CodeMatcher {
  private readonly known: ReadonlySet<string>;
  private readonly folders: ReadonlySet<string>;

  constructor(private readonly codePaths: readonly string[]) {
    this.known = new Set(codePaths);
    const folders = new Set<string>();
    for (const path of codePaths)
      for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
        if (folders.has(path.slice(0, at))) break;
        folders.add(path.slice(0, at));
      }
    this.folders = folders;
  }

  has(path: string): boolean {
    return this.known.has(path);
  }

  /** The files that a text names: itself or a word of it, below the study or the script's folder. */
  named(text: string, scriptFolder: string): readonly string[] {
    const words = new Set([text, ...text.split(/[\s"'=,;:()]+/)]);
    return [...words].flatMap((word) => this.at(word, scriptFolder));
  }

  /** The file at a path, tried below the study, the script's folder and, for `../`, where that leads. */
  at(path: string, scriptFolder: string): readonly string[] {
    if (path === '' || path.length > 300) return [];
    const plain = path.replaceAll('\\', '/').replace(/^\/workspace\//, '');
    return [posix.normalize(plain), posix.join(scriptFolder, plain)].filter((each) =>
      this.known.has(each),
    );
  }

  /** Files that a pattern with `*` can stand for; `*` may hold folders too. */
  matching(pattern: string, scriptFolder: string): readonly string[] {
    if (!pattern.includes('*')) return this.named(pattern, scriptFolder);
    return pattern.split(/\s+/).flatMap((given) => {
      // where `..` leads depends on what the stars stand for
      const word = given.replace(/^.*\.\.\//, '*/');
      if (/^[*/.]*$/.test(word)) return [];
      const plain = word.replace(/^\/workspace\//, '').replace(/^(\.\/|(\*\/)+)/, '');
      const source = plain
        .split(/\*+/)
        .map((piece) => piece.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
        .join('.*');
      const matches = new RegExp(`^(?:${escapeRegExp(scriptFolder)}/|.*/)?${source}$`);
      const fromRoot = new RegExp(`^${source}$`);
      const test = word.startsWith('*') ? matches : fromRoot;
      const below = new RegExp(`^${escapeRegExp(scriptFolder)}/${source}$`);
      return this.codePaths.filter((path) => test.test(path) || below.test(path));
    });
  }

  /**
   * What a text may stand for that looks like a path and is none (`data/X.csv`, of which X is still
   * to be replaced): all files of the first of its folders that exists.
   */
  template(text: string, scriptFolder: string): readonly string[] {
    if (!/^[\w./${}<>% -]+\/[^/]*\.\w+$/.test(text) || this.named(text, scriptFolder).length > 0)
      return [];
    for (let folder = posix.dirname(text); folder !== '.'; folder = posix.dirname(folder)) {
      const found = this.below(folder, scriptFolder);
      if (found.length > 0) return found;
      if (folder === '/') break;
    }
    return [];
  }

  /** All files below a folder, hidden ones aside. */
  below(folder: string, scriptFolder: string): readonly string[] {
    const plain = posix.normalize(folder.replace(/^\/workspace\/?/, '').replace(/\/+$/, ''));
    const prefixes = [plain, posix.join(scriptFolder, plain)]
      .filter((each) => this.folders.has(each))
      .map((each) => `${each}/`);
    if (prefixes.length === 0) return [];
    return this.codePaths.filter(
      (path) => prefixes.some((prefix) => path.startsWith(prefix)) && !/(^|\/)\./.test(path),
    );
  }

  /** The files of a module path, `a/b`: itself, or its packages' beginnings. */
  module(module: string, folders: readonly string[]): readonly string[] {
    const parts = module.split('/');
    const packages = parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/__init__.py`);
    return folders.flatMap((folder) =>
      [`${module}.py`, ...packages]
        .map((each) => posix.join(folder, each))
        .filter((each) => this.known.has(each)),
    );
  }
}
