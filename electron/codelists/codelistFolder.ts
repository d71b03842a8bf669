import {execFile} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import * as z from 'zod';
import type {VersionAnswer} from '../../shared/codelist';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {ensureMetadataDir, metadataDir} from '../files/metadataDir';
import {parseJson, readJson, readRegularFile, readRegularFileSync} from '../files/openFile';
import {syncFiles, syncFolder} from '../files/syncToDisk';
import {siblingOf, writeFileAtomically} from '../files/writeAtomically';
import {CODELISTS} from './codelistFile';

/**
 * Replaces files of `codelists/` all or nothing. The new folder is made beside, in one of ours, of the new files and links to the
 * others; a journal is then moved into its place, and only after that the two folders change places. Where they can't, as a link
 * or on Windows, the files are moved instead, one right after the other. Whoever comes next finishes what a kill has cut off: a
 * journal that had begun is carried out, anything else is removed.
 */

/** New contents by file name; null for a file that is deleted. */
export type Changes = ReadonlyMap<string, Buffer | null>;

/** What changes: the files that are put there, those that are removed, and those that were there before. */
const Journal = z.object({
  format: z.literal(1),
  stage: z.string().regex(/^update-\w+$/u),
  put: z.record(z.string(), z.string()),
  removed: z.array(z.string()),
  earlier: z.array(z.string()),
});
type Journal = z.infer<typeof Journal>;

const JOURNAL = 'pending.json';
const execFileLater = promisify(execFile);

/** In the folder of an update: the folder of codelists as it is to be, and as it was. */
const NEXT = 'next';
const BEFORE = 'before';
/** In the folder of an update that is being taken back. */
const BACK = 'back';
/** What the last update replaced. */
const LAST = 'last';
/** An update is made ready in far less; older than that, its process is gone. */
const ABANDONED_MS = 600_000;
/** Files are moved in far less once there is a journal; after that, its process is gone. */
const JUST_NOW_MS = 1000;
const CUT_OFF = 'An update of the codelists was cut off, and could not be finished.';

function homeOf(studyDir: string): string {
  return join(metadataDir(studyDir), CODELISTS);
}

/** The bytes of a file, null where it is not there. */
export async function contentIfThere(path: string): Promise<Buffer | null> {
  return readRegularFile(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  });
}

/** Carries out changes of `codelists/`, which must be there. Fails with everything as it was before. */
export async function replaceCodelists(
  studyDir: string,
  changes: Changes,
): Promise<Result<null, AppError>> {
  if (changes.size === 0) return ok(null);
  const made = await ensureMetadataDir(studyDir);
  if (!made.ok) return made;
  const finished = await finishCutOff(studyDir);
  if (!finished.ok) return finished;
  const home = homeOf(studyDir);
  let stage: string | null = null;
  try {
    await mkdir(home, {recursive: true});
    await removeAbandoned(home);
    stage = await mkdtemp(join(home, 'update-'));
    await makeReady(studyDir, stage, changes);
    moveExclusively(join(stage, JOURNAL), join(home, JOURNAL));
  } catch (error) {
    if (stage !== null) await rm(stage, {recursive: true, force: true}).catch(() => undefined);
    return err(fileSystemError('The codelists could not be written. Nothing was changed.', error));
  }
  return finish(studyDir);
}

/** Writes the new files and copies of those that they replace, and lets both reach the disk. */
async function makeReady(studyDir: string, stage: string, changes: Changes): Promise<void> {
  const [fresh, before] = [join(stage, 'new'), join(stage, 'earlier')];
  await Promise.all([mkdir(fresh), mkdir(before)]);
  const journal: Journal = {
    ...{format: 1, stage: stage.slice(stage.lastIndexOf('update-'))},
    ...{put: {}, removed: [], earlier: []},
  };
  for (const [name, content] of changes) {
    const now = await contentIfThere(join(studyDir, CODELISTS, name));
    if (now !== null) {
      journal.earlier.push(name);
      await writeFile(join(before, name), now, {flag: 'wx'});
    }
    if (content === null) journal.removed.push(name);
    else {
      journal.put[name] = sha256(content);
      await writeFile(join(fresh, name), content, {flag: 'wx'});
    }
  }
  await writeFile(join(stage, JOURNAL), JSON.stringify(journal), {flag: 'wx'});
  const written = Object.keys(journal.put).map((name) => join(fresh, name));
  await syncFiles(stage, [...written, join(stage, JOURNAL)]);
  if (process.platform !== 'win32') await makeFolder(studyDir, stage, journal);
  await Promise.all([fresh, stage].map((folder) => syncFolder(folder)));
}

/** Makes the new folder of links to what stays and to what is new; none where that can't be, as on a disk without links. */
async function makeFolder(studyDir: string, stage: string, {put, removed}: Journal): Promise<void> {
  const [folder, next] = [join(studyDir, CODELISTS), join(stage, NEXT)];
  const {mode} = await lstat(folder);
  try {
    await linkAll(folder, next, new Set([...Object.keys(put), ...removed]));
    for (const name of Object.keys(put)) await link(join(stage, 'new', name), join(next, name));
    await chmod(next, mode);
    await syncFolder(next);
  } catch {
    await rm(next, {recursive: true, force: true});
  }
}

async function linkAll(from: string, to: string, without: ReadonlySet<string>): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, {withFileTypes: true})) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkAll(source, target, new Set());
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (!without.has(entry.name)) await link(source, target);
  }
}

/** Moves a file to where there is none; fails with EEXIST where another process was first. */
function moveExclusively(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    // some disks know no links
    if (systemErrorCode(error) === 'EEXIST' || existsSync(target)) throw error;
    renameSync(source, target);
  }
}

/**
 * Brings an update that was cut off to its end: as after it where it had begun to move files, else as before it. One that
 * another process has only just made ready is waited for.
 */
export async function finishCutOff(studyDir: string): Promise<Result<null, AppError>> {
  const home = homeOf(studyDir);
  try {
    for (;;) {
      const journal = readJournal(home);
      if (journal === null) return ok(null);
      const stage = join(home, journal.stage);
      const names = Object.keys(journal.put);
      const hasBegun =
        isThere(stage, BEFORE) ||
        names.length === 0 ||
        names.some((name) => !isThere(stage, 'new', name));
      if (hasBegun) return await finish(studyDir);
      if (Date.now() - statSync(join(home, JOURNAL)).mtimeMs > JUST_NOW_MS) {
        rmSync(join(home, JOURNAL), {force: true});
        await rm(stage, {recursive: true, force: true});
        return ok(null);
      }
      await delay(JUST_NOW_MS / 10);
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok(null);
    return err(fileSystemError(CUT_OFF, error));
  }
}

/** Carries out what the journal says. Nothing is waited for between the files, so that a kill seldom falls between two. */
async function finish(studyDir: string): Promise<Result<null, AppError>> {
  const home = homeOf(studyDir);
  const journal = readJournal(home);
  if (journal === null) return ok(null);
  const [folder, stage] = [join(studyDir, CODELISTS), join(home, journal.stage)];
  let failure: unknown = null;
  try {
    const isTakenBack = isThere(stage, BACK);
    if (isTakenBack) takeBack(folder, stage, journal);
    else if (!(await changePlaces(folder, stage))) failure = carryOut(folder, stage, journal);
    await Promise.all([syncFolder(folder), syncFolder(studyDir)]);
    // another process may have finished it too, and begun its own
    if (readJournal(home)?.stage === journal.stage) rmSync(join(home, JOURNAL), {force: true});
    if (isTakenBack || failure !== null) await rm(stage, {recursive: true, force: true});
    else await keepAsLast(home, stage);
  } catch (error) {
    return err(fileSystemError(CUT_OFF, error));
  }
  if (failure === null) return ok(null);
  return err(fileSystemError('The codelists could not be written. Nothing was changed.', failure));
}

function isThere(...path: readonly string[]): boolean {
  return existsSync(join(...path));
}

function readJournal(home: string): Journal | null {
  const path = join(home, JOURNAL);
  if (!existsSync(path)) return null;
  return Journal.safeParse(parseJson(readRegularFileSync(path).toString('utf8'))).data ?? null;
}

/** Puts the new folder in the place of the old one, which a kill may have cut off; false where that can't be. */
async function changePlaces(folder: string, stage: string): Promise<boolean> {
  const [next, before] = [join(stage, NEXT), join(stage, BEFORE)];
  if (!existsSync(next)) return existsSync(before);
  try {
    if (!existsSync(before) && lstatSync(folder).isDirectory()) {
      if (await exchange(next, folder)) {
        renameSync(next, before);
        return true;
      }
      renameSync(folder, before);
    }
    renameSync(next, folder);
    return true;
  } catch {
    if (!existsSync(folder) && existsSync(before)) renameSync(before, folder);
    return false;
  }
}

/** Exchanges two folders in one step, by the program that can; false where this computer has none, or the disk can't. */
async function exchange(one: string, other: string): Promise<boolean> {
  const args = ['--exchange', '--no-target-directory', one, other];
  return execFileLater('mv', args, {windowsHide: true}).then(
    () => true,
    () => false,
  );
}

/** Moves the files; answers null, or what stood in the way, having taken back what was moved. */
function carryOut(folder: string, stage: string, journal: Journal): unknown {
  try {
    for (const name of Object.keys(journal.put)) move(join(stage, 'new', name), join(folder, name));
    for (const name of journal.removed) rmSync(join(folder, name), {force: true});
    return null;
  } catch (error) {
    mkdirSync(join(stage, BACK), {recursive: true});
    takeBack(folder, stage, journal);
    return error;
  }
}

/** Puts every file back as it was; what was not moved, or is back already, is left. */
function takeBack(folder: string, stage: string, {put, removed, earlier}: Journal): void {
  for (const name of [...Object.keys(put), ...removed]) {
    if (isThere(stage, 'new', name)) continue;
    if (earlier.includes(name)) move(join(stage, 'earlier', name), join(folder, name));
    else rmSync(join(folder, name), {force: true});
  }
}

/** Moves a file over another; one that was moved before is left, and to another disk it goes beside its place first. */
function move(source: string, target: string): void {
  try {
    renameSync(source, target);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' && !existsSync(source) && existsSync(target)) return;
    if (code !== 'EXDEV') throw error;
    const beside = siblingOf(target, `.${randomBytes(8).toString('hex')}.tmp`);
    writeFileSync(beside, readRegularFileSync(source), {flag: 'wx'});
    renameSync(beside, target);
    rmSync(source);
  }
}

/** What an update replaced is kept until the next one, to take it back by. */
async function keepAsLast(home: string, stage: string): Promise<void> {
  const gone = [join(home, LAST), join(stage, BEFORE), join(stage, NEXT)];
  for (const folder of gone) await rm(folder, {recursive: true, force: true});
  await rename(stage, join(home, LAST)).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  });
}

async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith('update-') || readJournal(home)?.stage === name) continue;
    const stats = await stat(join(home, name)).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > ABANDONED_MS)
      await rm(join(home, name), {recursive: true, force: true});
  }
}

/** What takes the last update back: the files as they were before it; null where there is none, or files have changed since. */
export async function changesBack(studyDir: string): Promise<Changes | null> {
  const last = join(homeOf(studyDir), LAST);
  const noted = Journal.safeParse(await readJson(join(last, JOURNAL)));
  if (!noted.success) return null;
  const {put, removed, earlier} = noted.data;
  const contentOf = (path: string): Promise<Buffer | null> =>
    readRegularFile(path).catch(() => null);
  const changes = new Map<string, Buffer | null>();
  for (const name of [...Object.keys(put), ...removed]) {
    const now = await contentOf(join(studyDir, CODELISTS, name));
    if ((now === null ? undefined : sha256(now)) !== put[name]) return null;
    const before = earlier.includes(name) ? await contentOf(join(last, 'earlier', name)) : null;
    if (before === null && earlier.includes(name)) return null;
    changes.set(name, before);
  }
  return changes;
}

/** A file as it was before the last update; null where that left it alone. */
export async function earlierVersion(studyDir: string, name: string): Promise<Buffer | null> {
  return readRegularFile(join(homeOf(studyDir), LAST, 'earlier', name)).catch(() => null);
}

/** What the server last answered of the lists as they are listed now. */
const Answered = z.object({
  format: z.literal(1),
  /** ISO 8601 UTC. */
  checkedAt: z.string(),
  /** SHA-256 of codelists.json. */
  manifest: z.string(),
  /** Ids of lists that have other codes now. */
  changed: z.array(z.string()),
  /** Of those whose versions it was asked for, by id. */
  versions: z
    .record(z.string(), z.object({status: z.string(), newer: z.string().nullable()}))
    .default({}),
});
export type LastAnswer = z.infer<typeof Answered>;

const ANSWER = 'upstream.json';

/** What the server last answered; null where it was not asked since codelists.json was written. */
export async function lastAnswer(studyDir: string, manifest: string): Promise<LastAnswer | null> {
  const found = Answered.safeParse(await readJson(join(homeOf(studyDir), ANSWER)));
  return found.success && found.data.manifest === sha256(manifest) ? found.data : null;
}

/** Keeps an answer; that it can’t be kept is no failure of a check. */
export async function keepAnswer(
  studyDir: string,
  manifest: string,
  changed: readonly string[],
  versions: Readonly<Record<string, VersionAnswer>>,
): Promise<void> {
  const checkedAt = new Date().toISOString();
  const answer = {format: 1, checkedAt, manifest: sha256(manifest), changed, versions};
  if (!(await ensureMetadataDir(studyDir)).ok) return;
  await mkdir(homeOf(studyDir), {recursive: true})
    .then(() => writeFileAtomically(join(homeOf(studyDir), ANSWER), JSON.stringify(answer), 0o600))
    .catch(() => undefined);
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
