import {baseName} from '../../shared/outputPath';
import {textWidth} from '../ui/textWidth';
import {tellApart} from './tellApart';

/**
 * Names in `width` pixels for files that stand together, by path: no two alike, without folders where that is enough,
 * always with their endings.
 */
export function filesApart(paths: readonly string[], width: number): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const path of paths) uses.set(baseName(path), (uses.get(baseName(path)) ?? 0) + 1);
  const nameOf = (path: string) => (uses.get(baseName(path)) === 1 ? baseName(path) : path);
  const byEnding = new Map<string, string[]>();
  for (const path of paths) {
    const ending = endingOf(nameOf(path));
    const alike = byEnding.get(ending);
    if (alike === undefined) byEnding.set(ending, [path]);
    else alike.push(path);
  }
  return new Map(
    [...byEnding].flatMap(([ending, alike]) => {
      const stemOf = (path: string) => nameOf(path).slice(0, nameOf(path).length - ending.length);
      const stems = tellApart(
        {families: [], alone: alike.map(stemOf)},
        width - textWidth(ending, 'row'),
      );
      return alike.map((path) => [path, `${stems.get(stemOf(path)) ?? stemOf(path)}${ending}`]);
    }),
  );
}

/** The ending of a file's name with its dot, such as `.csv.gz`; empty where it has none. */
function endingOf(name: string): string {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 2);
  return dot < 0 ? '' : name.slice(dot);
}
