import {baseName} from '../../shared/outputPath';

/** The first value of `--output` among arguments; null where it is missing or empty. */
export function ehrqlOutputOf(argv: readonly string[]): string | null {
  for (const [index, argument] of argv.entries()) {
    const value =
      argument === '--output'
        ? (argv[index + 1] ?? '')
        : argument.startsWith('--output=')
          ? argument.slice('--output='.length)
          : '';
    if (value !== '') return value;
  }
  return null;
}

/**
 * True when what ehrQL is told to write is listed: the very path, or for the directory form
 * `directory:extension` only files of that directory and extension (BEHAVIOUR §1.5, rule 40).
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
  const glob = shellGlob(`${directory}/*.${name.slice(colon + 1)}`);
  return patterns.every((pattern) => glob.test(pattern));
}

/** A shell glob as a regular expression in which, as in Python's `fnmatch`, `*` and `?` cross `/`. */
function shellGlob(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob.charAt(at);
    const set = character === '[' ? /^\[(!?\]?[^\]]*)\]/.exec(glob.slice(at)) : null;
    if (character === '*') {
      if (!source.endsWith('[^]*')) source += '[^]*';
    } else if (character === '?') source += '[^]';
    else if (set !== null) {
      const inner = (set[1] ?? '').replace(/[\\[\]^]/g, '\\$&').replace(/^!/, '^');
      source += `[${inner}]`;
      at += set[0].length - 1;
    } else source += character.replace(/[\\^$.|+()[\]{}/-]/g, '\\$&');
  }
  return new RegExp(`^${source}$`);
}
