import {baseName} from '../../shared/outputPath';
import {fnmatch} from './python/fnmatch';

/** The value of the first `--output` among arguments; null where it is missing or empty, whatever follows. */
export function ehrqlOutputOf(argv: readonly string[]): string | null {
  const at = argv.findIndex(
    (argument) => argument === '--output' || argument.startsWith('--output='),
  );
  const value = argv[at] === '--output' ? argv[at + 1] : argv[at]?.slice('--output='.length);
  return value === undefined || value === '' ? null : value;
}

/**
 * True when what ehrQL is told to write is listed: the very path, or for the directory form
 * `directory:extension` only files of that directory, folders below it too, and extension (E-EHRQL-MISMATCH).
 */
export function matchesEhrqlOutput(spec: string, patterns: readonly string[]): boolean {
  const name = baseName(spec);
  const colon = name.lastIndexOf(':');
  if (colon < 0) return patterns.includes(spec);
  const parents = spec
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .slice(0, -1);
  if (colon > 0) parents.push(name.slice(0, colon));
  const root = spec.startsWith('/') ? '/' : '';
  const directory = parents.length === 0 && root === '' ? '.' : root + parents.join('/');
  const glob = `${directory}/*.${name.slice(colon + 1)}`;
  return patterns.every((pattern) => fnmatch(glob, pattern));
}
