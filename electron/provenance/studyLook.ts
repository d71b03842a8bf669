import {statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Action} from '../../shared/project';
import type {ChangeTimes} from './changeTimes';
import type {TextChange} from './changedLines';
import {codeFiles, countsAsCode, usedFiles, type CodeFiles, type UsedFiles} from './codeFiles';
import {isMissing, readTrouble, sha256Of, type HashCache, type HashedFile} from './hashCache';
import type {StudyNow} from './provenance';
import type {ScriptScan} from './scan/scanScripts';
import type {ScanMemory} from './scanMemory';
import type {FileManifest, SuccessLedger} from './successLedger';

/** When a file was last written, and when it was last put in its place or written. Milliseconds since 1970. */
export interface FileTimes {
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What a comparison looks things up in; paths are study-relative. */
export type StudyLook = ReturnType<typeof lookAt>;

/** What a look at the study draws upon. */
export interface Sources {
  readonly studyDir: string;
  readonly hashes: HashCache;
  readonly ledger: SuccessLedger;
  readonly times: ChangeTimes;
  readonly scans: ScanMemory;
  readonly now: () => number;
  readonly textChange: (path: string, before: string, now: string) => TextChange | null;
  readonly readText: (path: string) => string | null;
}

/** One look at the study: each file is what it is, however many actions ask, and lists are made once, if at all. */
export function lookAt(study: StudyNow, sources: Sources) {
  const {studyDir, hashes, ledger, times, scans} = sources;
  const seen = new Map<string, HashedFile | null>();
  const hash = (path: string): HashedFile | null => {
    const known = seen.get(path);
    if (known !== undefined) return known;
    const found = hashes.hash(path);
    seen.set(path, found);
    return found;
  };

  const stamps = new Map<string, FileTimes | null>();
  const troubles = new Map<string, string>();
  const timesOf = (path: string): FileTimes | null => {
    const known = stamps.get(path);
    if (known !== undefined) return known;
    let found: FileTimes | null = null;
    try {
      const {mtimeMs, ctimeMs} = statSync(join(studyDir, path));
      found = {mtimeMs, ctimeMs};
    } catch (error) {
      if (!isMissing(error)) troubles.set(path, readTrouble(error));
    }
    stamps.set(path, found);
    return found;
  };

  const code = once(() =>
    codeFiles(
      studyDir,
      study.project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern)),
    ),
  );
  const codePaths = (): readonly string[] => code().paths;
  const counting = once(() => codePaths().filter(countsAsCode));
  const listKey = once(() => listDigest(codePaths()));
  const scan = (action: Action): ScriptScan =>
    scans.scan(action, {paths: codePaths(), list: listKey(), hash, readText: sources.readText});
  const added = new Map<string, readonly string[]>();
  /** For all actions for which any code file counts and whose scripts name the same. */
  const used = new Map<string, UsedFiles>();

  return {
    hash,
    /** Why a file whose `hash` or `timesOf` is null can't be read; null where it is not there. */
    troubleWith: (path: string): string | null =>
      hashes.troubleWith(path) ?? troubles.get(path) ?? null,
    timesOf,
    manifest: (digest: string): FileManifest | null => ledger.manifest(digest),
    manifestPath: (digest: string): string => ledger.manifestPath(digest),
    /** How the kept text differs from today's; null where no text is kept. */
    textChange: sources.textChange,
    /** All code files of today that count where all of them do. */
    codePaths: counting,
    isCode: (path: string): boolean => codePaths().includes(path),
    /** Folders whose code files can't be listed. */
    unreadableFolders: (): CodeFiles['unreadable'] => code().unreadable,
    /** Code files of today that are not in a kept list; null where that was lost. */
    newCode(listing: string): readonly string[] | null {
      const known = ledger.manifest(listing);
      if (known === null) return null;
      const fresh = added.get(listing) ?? codePaths().filter((path) => known[path] === undefined);
      added.set(listing, fresh);
      return fresh;
    },
    /** The code files that an action uses today, by a scan or else by the whole folder. */
    usedCode(action: Action): UsedFiles {
      const scanned = scan(action);
      const key = scanned.certain ? null : scanned.paths.join('\0');
      const known = key === null ? undefined : used.get(key);
      const found = known ?? usedFiles(action, codePaths(), null, scanned);
      if (key !== null) used.set(key, found);
      return found;
    },
    /** Code files that the action's scripts name today. */
    scanned: (action: Action): ReadonlySet<string> => new Set(scan(action).paths),
    /** ISO 8601 time since when a change stands, given the latest it can be; null for now. */
    since: (change: string, latest: string | null): string =>
      times.of(change, latest ?? new Date(sources.now()).toISOString()),
    /** When a file was written; for one that is gone when its folder was, the latest it can have gone. */
    writtenAt(path: string): string {
      const file = hash(path);
      const ms = file === null ? folderTime(studyDir, path) : file.mtimeMs;
      return new Date(Math.min(ms ?? Infinity, sources.now())).toISOString();
    },
  };
}

/** Distinguishes two lists of paths, whatever their order. */
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
