import {lstat, readdir, rm} from 'node:fs/promises';
import {join, relative, sep} from 'node:path';
import * as z from 'zod';
import {fileSystemError, keepsFile, systemErrorCode} from '../files/fileSystemError';
import {isOdd, parseJson, readBeginning, readRegularFile} from '../files/openFile';
import {setAside} from '../files/setAside';
import {ABANDONED_MS} from '../files/findLeftBeside';
import {isLeftBeside, writeFileAtomically} from '../files/writeAtomically';
import {StoredOverrides} from './actionOverrides';
import {readOpensafelyRecord} from './opensafelyState';
import {readRuns, type StoredRun} from './runStore';
import type {StudyFolder} from './studyFolder';
import {StudyIdentity} from './studyIdentity';

/** Something kept in the study that is not, or no longer, what it should be. */
export interface Damage {
  /** Study-relative. */
  readonly path: string;
  /** In a sentence: what is wrong with it, and what is not known for that. */
  readonly message: string;
  /** It may have listed runs, so that an action without any is not known to have never run. */
  readonly hidesRuns: boolean;
  /** What it takes to be rid of it: it is put aside, or left to the user. */
  readonly remedy: 'put-aside' | 'user';
}

/** Where `opensafely run` records what it ran, study-relative. */
export const REFERENCE_RECORD = 'metadata/db.sqlite';

/** Everything that is kept of a study's runs, with what of it can't be read. */
export interface StudyRecords {
  /** Oldest first. */
  readonly runs: readonly StoredRun[];
  readonly damage: readonly Damage[];
}

/** Reads all that is kept; waits for nothing and changes nothing. */
export async function readRecords(folder: StudyFolder, workspace: string): Promise<StudyRecords> {
  const damage: Damage[] = [...(await misplaced(folder))];
  const odd = new Set(damage.map(({path}) => path));
  const note = (next: Damage | null): void => {
    if (next !== null && !odd.has(next.path)) damage.push(next);
  };
  note(await ignoreDamage(folder));
  for (const name of READ_BY_GIT) note(await oddInGit(folder, name));
  for (const [file, shape, lost] of small(folder)) note(await unread(folder, file, shape, lost));
  for (const name of ['successes.jsonl', 'marks.jsonl'])
    note(await lineDamage(folder, join(folder.root, 'provenance', name)));
  const runs = await readRuns(folder, (path, error) => note(runDamage(folder, path, error)));
  note(referenceDamage((await readOpensafelyRecord(folder.study, workspace)).trouble));
  return {runs, damage};
}

/** The damage there is where the record of `opensafely run` can't be read for that reason; none without one. */
export function referenceDamage(trouble: string | null): Damage | null {
  return trouble === null
    ? null
    : {
        path: REFERENCE_RECORD,
        message: `\`${REFERENCE_RECORD}\`, the record of \`opensafely run\`, can't be read, so what ran there is not known. ${trouble}`,
        hidesRuns: true,
        remedy: 'user',
      };
}

/** Puts damaged files aside, so that runs can be recorded again; answers in sentences what was put where. */
export async function putDamageAside(
  folder: StudyFolder,
  damage: readonly Damage[],
): Promise<readonly string[]> {
  const moved: string[] = [];
  const found = [
    ...damage.filter(({remedy}) => remedy === 'put-aside'),
    ...(await misplaced(folder)),
  ];
  for (const {path, message} of new Map(found.map((each) => [each.path, each])).values()) {
    const file = join(folder.study, ...path.split('/'));
    try {
      const lines = /\.(jsonl|ndjson)$/u.test(path) ? await goodLines(file) : [];
      const aside = await setAside(file);
      if (lines.length > 0) await writeFileAtomically(file, `${lines.join('\n')}\n`, 0o600);
      moved.push(`${message} It was moved to \`${inStudy(folder, aside)}\`.`);
    } catch (error) {
      // put aside by another process before
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    }
  }
  return moved;
}

/** Names of files on their way in `metadata/`, beside those that every write gives (`isLeftBeside`). */
const TEMPORARY =
  /\.log\.gz\.tmp$|\.json\.\d+\.tmp$|^same-folder\..*\.tmp$|\.stale$|^lock\.json\..*\.new$/u;

/** Of an edit of project.yaml: jobs would be given it as code, and git would take it in. */
const TEMPORARY_PROJECT = /^project\.yaml\.[0-9a-f]{16}\.tmp$/u;

/**
 * Removes what writes that were cut short have left in `metadata/` and beside project.yaml; what is kept of failed jobs is
 * theirs.
 */
export async function removeAbandoned(folder: StudyFolder): Promise<void> {
  const metadata = join(folder.study, 'metadata');
  const remove = async (path: string): Promise<void> => {
    const found = await lstat(path).catch(() => null);
    if (found?.isFile() === true && Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(path, {force: true});
  };
  const look = async (dir: string): Promise<void> => {
    for (const entry of await readdir(dir, {withFileTypes: true}).catch(() => [])) {
      const path = join(dir, entry.name);
      if (entry.isDirectory() && path !== join(folder.root, 'kept')) await look(path);
      if (isLeftBeside(entry.name) || TEMPORARY.test(entry.name)) await remove(path);
    }
  };
  await look(metadata);
  for (const name of await readdir(folder.study).catch((): string[] => []))
    if (TEMPORARY_PROJECT.test(name)) await remove(join(folder.study, name));
}

/** What lies where a folder or a file of ours should: looked at, never opened. */
async function misplaced(folder: StudyFolder): Promise<readonly Damage[]> {
  const found: Damage[] = [];
  const look = async (path: string, wanted: 'folder' | 'file', hidesRuns: boolean) => {
    const entry = await lstat(path).catch(() => null);
    if (entry === null || (wanted === 'file' ? entry.isFile() : isFolder(entry))) return;
    const name = inStudy(folder, path);
    const message = `\`${name}\` is not a ${wanted}, so what was kept there is not known.`;
    found.push({path: name, message, hidesRuns, remedy: 'put-aside'});
  };
  await look(folder.root, 'folder', true);
  await look(folder.runs, 'folder', true);
  for (const name of ['incoming', 'kept', 'cache', 'provenance'])
    await look(join(folder.root, name), 'folder', false);
  for (const name of [
    '.gitignore',
    'study.json',
    'overrides.json',
    'settings.json',
    'view.json',
    'seen.json',
    'lock.json',
  ])
    await look(join(folder.root, name), 'file', false);
  for (const name of ['successes.jsonl', 'marks.jsonl', 'hashes.json', 'times.json'])
    await look(join(folder.root, 'provenance', name), 'file', false);
  for (const name of ['manifests', 'texts'])
    await look(join(folder.root, 'provenance', name), 'folder', false);
  return found;
}

function isFolder(entry: {isDirectory(): boolean; isSymbolicLink(): boolean}): boolean {
  return entry.isDirectory() || entry.isSymbolicLink();
}

type Small = readonly [file: string, shape: z.ZodType, lost: string];

/** Files of one value each, with what is lost with them. */
function small(folder: StudyFolder): readonly Small[] {
  const anything = z.unknown().refine((value) => value !== null);
  const jsonLines = (name: string) => join(folder.root, 'provenance', name);
  return [
    [folder.identity, StudyIdentity, 'jobs that still run can no longer be found by it'],
    [
      folder.overrides,
      StoredOverrides,
      'the limits set for single actions are those of the settings',
    ],
    [folder.view, anything, 'the window shows the study as it does a new one'],
    [folder.seen, anything, 'what is new since the study was last closed is not shown this once'],
    [folder.settings, z.record(z.string(), z.unknown()), 'the study has no settings of its own'],
    [jsonLines('hashes.json'), anything, 'the next check takes longer'],
    [jsonLines('times.json'), anything, 'some changes are shown with a later time'],
  ];
}

async function unread(
  folder: StudyFolder,
  file: string,
  shape: z.ZodType,
  lost: string,
): Promise<Damage | null> {
  const path = inStudy(folder, file);
  try {
    const content = await readRegularFile(file);
    if (shape.safeParse(parseJson(content.toString('utf8'))).success) return null;
    const message = `\`${path}\` is damaged, so ${lost}.`;
    return {path, message, hidesRuns: false, remedy: 'put-aside'};
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    const message = `\`${path}\` can't be read, so ${lost}. ${whyOf(error)}`;
    return {path, message, hidesRuns: false, remedy: keepsFile(error) ? 'user' : 'put-aside'};
  }
}

/** Bytes of our own `.gitignore`, of which it has two. */
const MOST_IGNORED = 64 * 1024;

/** One that is no longer ours: it is written anew, and what lay there is kept. */
async function ignoreDamage(folder: StudyFolder): Promise<Damage | null> {
  const file = join(folder.root, '.gitignore');
  try {
    await readRegularFile(file, MOST_IGNORED);
    return null;
  } catch (error) {
    if (systemErrorCode(error) !== 'ETOOLARGE') return null;
    const path = inStudy(folder, file);
    const message = `\`${path}\` can't be read, so git may see what is kept there. ${whyOf(error)}`;
    return {path, message, hidesRuns: false, remedy: 'put-aside'};
  }
}

/** What git reads of a study by itself, and would wait for. */
const READ_BY_GIT = ['.gitignore', '.git/HEAD', '.git/config', '.git/index'];

/** Something that is no file in the place of one of git's: left to the user, as it is none of ours. */
async function oddInGit(folder: StudyFolder, path: string): Promise<Damage | null> {
  const error: unknown = await readBeginning(join(folder.study, path), 0).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isOdd(error)) return null;
  const message = `\`${path}\` can't be read, so what changed since the last commit is not known. ${whyOf(error)}`;
  return {path, message, hidesRuns: false, remedy: 'user'};
}

/** Of a run's record: `error` is null for one that can be read but not understood, and a text of what was put aside. */
function runDamage(folder: StudyFolder, file: string, error: unknown): Damage {
  const path = inStudy(folder, file);
  const lost = 'so what ran then is not known';
  if (error === 'put-aside') {
    const message = `\`${path}\` was damaged and moved aside, ${lost}.`;
    return {path, message, hidesRuns: true, remedy: 'user'};
  }
  if (error === null)
    return {
      path,
      message: `\`${path}\` is damaged, ${lost}.`,
      hidesRuns: true,
      remedy: 'put-aside',
    };
  const message = `\`${path}\` can't be read, ${lost}. ${whyOf(error)}`;
  return {path, message, hidesRuns: true, remedy: keepsFile(error) ? 'user' : 'put-aside'};
}

/** A file of lines, one of which is no JSON object: the last one where a crash cut it short. */
async function lineDamage(folder: StudyFolder, file: string): Promise<Damage | null> {
  const path = inStudy(folder, file);
  const lost = 'so what some outputs were made from is not known';
  try {
    const lines = (await readRegularFile(file)).toString('utf8').split('\n');
    if (lines.every((line) => line === '' || isObject(line))) return null;
    return {
      path,
      message: `\`${path}\` is damaged, ${lost}.`,
      hidesRuns: false,
      remedy: 'put-aside',
    };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    const message = `\`${path}\` can't be read, ${lost}. ${whyOf(error)}`;
    return {path, message, hidesRuns: false, remedy: keepsFile(error) ? 'user' : 'put-aside'};
  }
}

/** Only its ends are looked at: there may be many, and what lies between them is read by those who want it. */
function isObject(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}

async function goodLines(file: string): Promise<readonly string[]> {
  const content = await readRegularFile(file).catch(() => null);
  if (content === null) return [];
  return content
    .toString('utf8')
    .split('\n')
    .filter((line) => isObject(line) && parseJson(line) !== null);
}

/** Why something could not be read, as a sentence of its own. */
export function whyOf(error: unknown): string {
  const {why, detail} = fileSystemError('', error);
  return why ?? detail ?? '';
}

/** A path as it is named to people: from the study on, with `/`. */
export function inStudy(folder: StudyFolder, path: string): string {
  return relative(folder.study, path).split(sep).join('/');
}
