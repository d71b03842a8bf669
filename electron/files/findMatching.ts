import {lstat, readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {matchesPattern} from '../study/outputPattern';
import {isLeftBeside} from './writeAtomically';

/** Finds the files of a study that an output pattern matches now, as study-relative paths in path order. */
export type FindMatching = (pattern: string) => Promise<readonly string[]>;

/** A finder that looks into each folder once; links are only followed where a pattern names a folder in full. */
export function createFindMatching(studyDir: string): FindMatching {
  const listings = new Map<string, Promise<readonly string[]>>();
  const namesIn = (folder: string): Promise<readonly string[]> => {
    const known =
      listings.get(folder) ??
      readdir(path.join(studyDir, folder)).catch((): readonly string[] => []);
    listings.set(folder, known);
    return known;
  };
  const find = async (folder: string, segments: readonly string[]): Promise<readonly string[]> => {
    const [segment = '', ...rest] = segments;
    const names = segment.includes('*')
      ? (await namesIn(folder)).filter(
          (name) => matchesPattern(segment, name) && !isLeftBeside(name),
        )
      : [segment];
    const found = await Promise.all(
      names.map(async (name) => {
        const relative = folder === '' ? name : `${folder}/${name}`;
        const last = rest.length === 0;
        const look = last || segment.includes('*') ? lstat : stat;
        const entry = await look(path.join(studyDir, relative)).catch(() => null);
        if (last) return entry?.isFile() === true ? [relative] : [];
        return entry?.isDirectory() === true ? find(relative, rest) : [];
      }),
    );
    return found.flat();
  };
  return async (pattern) => {
    const parts = pattern.split('/');
    // such a pattern is shown in the Problems list; nothing outside the study is looked at
    return parts.includes('..') ? [] : [...(await find('', parts))].sort();
  };
}
