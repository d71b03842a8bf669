import {statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {ChangeTimes} from './changeTimes';
import type {TextChange} from './changedLines';
import {codeFiles, countsAsCode} from './codeFiles';
import type {StudyLook} from './differences';
import type {HashCache, HashedFile} from './hashCache';
import {sha256Of} from './hashCache';
import type {ScanMemory} from './scanMemory';
import type {StudyNow} from './provenance';
import type {SuccessStore} from './successStore';

/** What a look at the study draws upon. */
export interface Sources {
  readonly studyDir: string;
  readonly hashes: HashCache;
  readonly store: SuccessStore;
  readonly times: ChangeTimes;
  readonly scans: ScanMemory;
  readonly now: () => number;
  readonly textChange: (path: string, before: string, now: string) => TextChange | null;
  readonly readText: (path: string) => string | null;
}

/** One look at the study: each file is what it is, however many actions ask, and lists are made once, if at all. */
export function surroundings(study: StudyNow, sources: Sources): StudyLook {
  const {studyDir, hashes, store, times, scans} = sources;
  const seen = new Map<string, HashedFile | null>();
  const hash = (path: string): HashedFile | null => {
    const known = seen.get(path);
    if (known !== undefined) return known;
    const found = hashes.hash(path);
    seen.set(path, found);
    return found;
  };

  const codePaths = once(() =>
    codeFiles(
      studyDir,
      study.project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern)),
    ),
  );
  const counting = once(() => codePaths().filter(countsAsCode));
  const listKey = once(() => listDigest(codePaths()));
  const added = new Map<string, readonly string[]>();

  return {
    hash,
    manifest: (digest) => store.manifest(digest),
    textChange: sources.textChange,
    codePaths: counting,
    isCode: (path) => codePaths().includes(path),
    newCode(listing) {
      const known = store.manifest(listing);
      const fresh =
        added.get(listing) ??
        (known === null ? [] : codePaths().filter((path) => known[path] === undefined));
      added.set(listing, fresh);
      return fresh;
    },
    scanned: (action) =>
      new Set(
        scans.scan(action, {paths: codePaths(), list: listKey(), hash, readText: sources.readText})
          .paths,
      ),
    since: (change, latest) => times.of(change, latest ?? new Date(sources.now()).toISOString()),
    writtenAt(path) {
      const file = hash(path);
      const ms = file === null ? folderTime(studyDir, path) : file.mtimeMs;
      return new Date(Math.min(ms ?? Infinity, sources.now())).toISOString();
    },
  };
}

/** Tells two lists of paths apart, whatever their order. */
export function listDigest(paths: readonly string[]): string {
  return sha256Of([...paths].sort().join('\n'));
}

/** When something was last added to or taken from the nearest folder above a path that is there. */
function folderTime(studyDir: string, path: string): number | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      return statSync(join(studyDir, folder)).mtimeMs;
    } catch {
      if (folder === '.') return null;
    }
  }
}

function once<T>(make: () => T): () => T {
  let made: {readonly value: T} | null = null;
  return () => (made ??= {value: make()}).value;
}
