import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {
  CodelistCheck,
  CodelistEntry,
  CodelistProblem,
  CodelistUpdate,
  UpstreamAnswer,
} from '../../shared/codelist';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {
  contentIfThere,
  finishCutOff,
  keepAnswer,
  replaceCodelists,
  type Changes,
} from './codelistFolder';
import {CODELISTS, MANIFEST, readCodelistFile, readLine, SPEC} from './codelistFile';
import {askUpstream, fetchList, pageOf, type CodelistServer} from './codelistServer';
import {
  downloadedAt,
  hashOf,
  manifestText,
  readManifest,
  type Manifest,
  type ManifestEntry,
} from './manifest';

/** Everything that kept a command from being carried out; nothing was changed. */
export type Refusal = readonly CodelistProblem[];

/** What every command of codelists needs. */
export interface CodelistWork {
  readonly studyDir: string;
  readonly server: CodelistServer;
  /** Called before a list is downloaded. */
  readonly onFetch?: (id: string) => void;
}

/** The folder as it is on disk. */
interface Folder {
  /** Null where there is no codelists.txt. */
  readonly spec: string | null;
  /** Null where there is no codelists.json. */
  readonly manifest: string | null;
  /** Names of CSV files. */
  readonly csvs: readonly string[];
}

const DOWNLOADS_AT_A_TIME = 4;
const UPDATE = 'Run `study-desk codelists update`, and commit the changes.';

function problem(
  rule: string,
  message: string,
  hint: string | null,
  file: string = SPEC,
): CodelistProblem {
  const path = `${CODELISTS}/${file}`;
  return {severity: 'error', rule, message, hint, file: path, line: null, fixes: []};
}

/** Reads the folder, having finished an update that was cut off; null where there is none. */
export async function readFolder(studyDir: string): Promise<Result<Folder | null, Refusal>> {
  const finished = await finishCutOff(studyDir);
  if (!finished.ok) return err([fromError('S-CODELIST-DISK', finished.error)]);
  const folder = join(studyDir, CODELISTS);
  try {
    const found = await stat(folder).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (found === null) return ok(null);
    const [spec, manifest, names] = await Promise.all([
      textIfThere(join(folder, SPEC)),
      textIfThere(join(folder, MANIFEST)),
      readdir(folder),
    ]);
    return ok({spec, manifest, csvs: names.filter((name) => name.endsWith('.csv')).sort()});
  } catch (error) {
    const failure = fileSystemError('The folder codelists can’t be read.', error);
    return err([fromError('S-CODELIST-DISK', failure)]);
  }
}

async function textIfThere(path: string): Promise<string | null> {
  return (await contentIfThere(path))?.toString('utf8') ?? null;
}

/** A failure of the system or the server, as a problem. */
export function fromError(
  rule: string,
  {message, why, hint}: {message: string; why?: string; hint?: string},
): CodelistProblem {
  return problem(rule, why === undefined ? message : `${message} ${why}`, hint ?? null);
}

const NO_FOLDER = problem(
  'S-CODELIST-FOLDER',
  'This study has no folder codelists.',
  'Make the folder `codelists` with an empty file `codelists.txt` in it.',
);
const NO_SPEC = problem(
  'S-CODELIST-NO-FILE',
  'There is no file codelists/codelists.txt.',
  'Make it: one list in a line, such as opensafely/asthma-diagnosis/2020-04-15.',
);
const NO_MANIFEST = problem(
  'S-CODELIST-NO-MANIFEST',
  'There is no file codelists/codelists.json.',
  UPDATE,
  MANIFEST,
);
const BROKEN_MANIFEST = problem(
  'S-CODELIST-MANIFEST',
  'codelists/codelists.json can’t be understood. It is written by updates, and not meant to be edited.',
  UPDATE,
  MANIFEST,
);

/** A downloaded list with what the manifest says of it. */
interface Downloaded {
  readonly entry: CodelistEntry;
  readonly content: Buffer;
  readonly stored: ManifestEntry;
}

/** Downloads lists, a few at a time; all of them, or every one that failed. */
async function download(
  {server, onFetch}: CodelistWork,
  entries: readonly CodelistEntry[],
): Promise<Result<readonly Downloaded[], Refusal>> {
  const done = new Map<string, Downloaded>();
  const failed: CodelistProblem[] = [];
  const queue = [...entries];
  const worker = async (): Promise<void> => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      onFetch?.(entry.id);
      const fetched = await fetchList(server, entry.id);
      if (!fetched.ok) {
        failed.push({...fromError('S-CODELIST-DOWNLOAD', fetched.error), line: entry.line});
        continue;
      }
      const content = fetched.value;
      const stored = {
        ...{id: entry.id, url: pageOf(server, entry.id)},
        ...{downloaded_at: downloadedAt(new Date()), sha: hashOf(content)},
      };
      done.set(entry.id, {entry, content, stored});
    }
  };
  await Promise.all(Array.from({length: DOWNLOADS_AT_A_TIME}, worker));
  if (failed.length > 0) return err(failed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return ok(entries.flatMap((entry) => done.get(entry.id) ?? []));
}

/** The manifest of what was downloaded; where the content is the same, with the date of before. */
function manifestOf(lists: readonly Downloaded[], before: Manifest | null): Manifest {
  const files = lists.map(({entry: {file}, stored}) => {
    const earlier = before?.files[file];
    const kept = earlier?.sha === stored.sha ? {downloaded_at: earlier['downloaded_at']} : {};
    return [file, {...stored, ...kept}] as const;
  });
  return {files: Object.fromEntries(files)};
}

/** Lists that have been downloaded and can be written: what `write` writes, and what an update is shown by before. */
export interface Prepared {
  readonly studyDir: string;
  /** With its content on disk before; null where there is none. */
  readonly lists: readonly (CodelistUpdate['lists'][number] & {
    readonly before: Buffer | null;
    readonly after: Buffer;
  })[];
  /** The files that differ. */
  readonly changes: Changes;
  readonly deleted: readonly string[];
  readonly unlisted: readonly string[];
  readonly notes: readonly string[];
}

/** Compares what was downloaded, and the texts beside it, with what is on disk. */
async function prepare(
  studyDir: string,
  downloaded: readonly Downloaded[],
  texts: Readonly<Record<string, string>>,
  rest: Pick<Prepared, 'deleted' | 'unlisted' | 'notes'>,
): Promise<Result<Prepared, Refusal>> {
  const changes = new Map<string, Buffer | null>();
  const lists: Prepared['lists'][number][] = [];
  const compare = async (name: string, after: Buffer): Promise<Buffer | null> => {
    const before = await contentIfThere(join(studyDir, CODELISTS, name));
    if (before === null || !before.equals(after)) changes.set(name, after);
    return before;
  };
  try {
    for (const {entry, content: after, stored} of downloaded) {
      const {id, file} = entry;
      const before = await compare(file, after);
      const same = before !== null && hashOf(before) === stored.sha;
      const change = before === null ? 'added' : same ? null : 'changed';
      lists.push({id, file, url: String(stored['url']), change, before, after});
    }
    for (const [name, text] of Object.entries(texts)) await compare(name, Buffer.from(text));
  } catch (error) {
    const failure = fileSystemError('The folder codelists can’t be read.', error);
    return err([fromError('S-CODELIST-DISK', failure)]);
  }
  for (const name of rest.deleted) changes.set(name, null);
  return ok({studyDir, lists, changes, ...rest});
}

/** Writes what was prepared, all or nothing. */
export async function write(prepared: Prepared): Promise<Result<CodelistUpdate, Refusal>> {
  const {studyDir, lists, changes, deleted, unlisted, notes} = prepared;
  const written = await replaceCodelists(studyDir, changes);
  if (!written.ok) return err([fromError('S-CODELIST-DISK', written.error)]);
  const done = lists.map(({id, file, url, change}) => ({id, file, url, change}));
  return ok({lists: done, deleted, unlisted, notes});
}

/**
 * Downloads lists anew, all or those with these ids; CSV files that are not listed are deleted only where that is asked for. Of
 * some alone, the entries of the others stay in codelists.json.
 */
export async function prepareUpdate(
  work: CodelistWork,
  {deleteUnlisted, only = null}: {deleteUnlisted: boolean; only?: readonly string[] | null},
): Promise<Result<Prepared, Refusal>> {
  const read = await readFolder(work.studyDir);
  if (!read.ok) return read;
  const folder = read.value;
  if (folder === null) return err([NO_FOLDER]);
  if (folder.spec === null) return err([NO_SPEC]);
  const {entries, problems} = readCodelistFile(folder.spec);
  // a line that is wrong keeps nobody from learning which of the others can’t be downloaded
  const wanted = only === null ? entries : entries.filter(({id}) => only.includes(id));
  const downloaded = await download(work, wanted);
  const wrong = [
    ...problems.filter(({severity}) => severity === 'error'),
    ...(downloaded.ok ? [] : downloaded.error),
  ];
  if (wrong.length > 0 || !downloaded.ok) return err(wrong);
  const before = folder.manifest === null ? null : readManifest(folder.manifest);
  const fresh = manifestOf(downloaded.value, before).files;
  const stored = entries.flatMap(({file}) => {
    const entry = fresh[file] ?? before?.files[file];
    return entry === undefined ? [] : [[file, entry] as const];
  });
  const listed = new Set(entries.map(({file}) => file));
  const unlisted = folder.csvs.filter((name) => !listed.has(name));
  const notes = problems.map(({message}) => message);
  if (folder.manifest !== null && before === null)
    notes.push('codelists.json could not be understood, and was written anew.');
  return prepare(
    work.studyDir,
    downloaded.value,
    {[MANIFEST]: manifestText({files: Object.fromEntries(stored)})},
    {
      ...{deleted: deleteUnlisted ? unlisted : [], unlisted: deleteUnlisted ? [] : unlisted},
      notes,
    },
  );
}

/** The line that adds the list of an address, or what is wrong with the address. */
function lineOf({base}: CodelistServer, address: string): Result<string, Refusal> {
  const refused = (message: string, hint: string) =>
    err([problem('S-CODELIST-ADDRESS', message, hint)]);
  const example = `It looks like ${base}/codelist/opensafely/asthma-diagnosis/2020-04-15/.`;
  if (!address.includes(base))
    return refused(
      `"${address}" is no address of ${base}.`,
      `Copy the address of a list. ${example}`,
    );
  const path = address
    .trim()
    .replace(`${base}/codelist/`, '')
    .replace(/[#?].*$/su, '');
  const line = path.endsWith('.csv') ? path.slice(0, path.lastIndexOf('/')) : path;
  const entry = readLine(line, 0);
  if (entry === null || typeof entry === 'string' || path.includes('://'))
    return refused(`"${address}" is not the address of a version of a list.`, example);
  return ok(line);
}

/** Adds a list by the address of its page or its CSV: a line in codelists.txt, the CSV, its entry in codelists.json. */
export async function prepareAdd(
  work: CodelistWork,
  address: string,
): Promise<Result<Prepared, Refusal>> {
  const line = lineOf(work.server, address);
  if (!line.ok) return line;
  const read = await readFolder(work.studyDir);
  if (!read.ok) return read;
  const folder = read.value;
  if (folder === null) return err([NO_FOLDER]);
  if (folder.spec === null) return err([NO_SPEC]);
  const end = folder.spec === '' || /[\r\n]$/u.test(folder.spec) ? '' : '\n';
  const spec = `${folder.spec}${end}${line.value}\n`;
  const {entries, problems} = readCodelistFile(spec);
  const wrong = problems.filter(({severity}) => severity === 'error');
  const added = entries.at(-1);
  const manifest = await manifestNow(work, folder, entries);
  if (!manifest.ok) wrong.push(...manifest.error);
  if (wrong.length > 0 || added === undefined || !manifest.ok) return err(wrong);
  const downloaded = await download(work, [added]);
  if (!downloaded.ok) return downloaded;
  const before = manifest.value.files;
  const files = {...manifestOf(downloaded.value, null).files, ...before};
  const texts = {[SPEC]: spec, [MANIFEST]: manifestText({files})};
  const notes = problems.map(({message}) => message);
  const earlier = before[added.file];
  if (earlier !== undefined)
    notes.push(
      `codelists.json already has an entry for ${added.file}, which stays: ${earlier.id}. ${UPDATE}`,
    );
  const listed = new Set(entries.map(({file}) => file));
  const unlisted = folder.csvs.filter((name) => !listed.has(name));
  return prepare(work.studyDir, downloaded.value, texts, {deleted: [], unlisted, notes});
}

/** codelists.json as it is; in a workflow of GitHub one that is missing is made for the time of the command. */
async function manifestNow(
  work: CodelistWork,
  {manifest}: Folder,
  entries: readonly CodelistEntry[],
): Promise<Result<Manifest, Refusal>> {
  if (manifest === null) {
    if (!work.server.ci) return err([NO_MANIFEST]);
    const downloaded = await download(work, entries);
    return downloaded.ok ? ok(manifestOf(downloaded.value, null)) : downloaded;
  }
  const read = readManifest(manifest);
  return read === null ? err([BROKEN_MANIFEST]) : ok(read);
}

/** Lists that one of codelists.txt and codelists.json has, and the other has not. */
function differentIds(entries: readonly CodelistEntry[], {files}: Manifest): CodelistProblem[] {
  const rule = 'S-CODELIST-NOT-UPDATED';
  const stored = Object.values(files);
  const ids = new Set(stored.map(({id}) => id));
  const listed = new Set(entries.map(({id}) => id));
  return [
    ...entries
      .filter(({id}) => !ids.has(id))
      .map(({id, line}) => ({...problem(rule, `${id} is not in codelists.json.`, UPDATE), line})),
    ...stored
      .filter(({id}) => !listed.has(id))
      .map(({id}) => problem(rule, `${id} is no more in codelists.txt.`, UPDATE, MANIFEST)),
  ];
}

/** Compares codelists.txt, codelists.json and the CSV files: every way in which they differ. */
async function localProblems(
  studyDir: string,
  {csvs}: Folder,
  entries: readonly CodelistEntry[],
  manifest: Manifest,
): Promise<readonly CodelistProblem[]> {
  const problems = differentIds(entries, manifest);
  const stored = Object.entries(manifest.files);
  const files = new Set(stored.map(([name]) => name));
  for (const name of csvs)
    if (!files.has(name)) problems.push(problem('S-CODELIST-UNLISTED', ...unlistedWords(name)));
  for (const [name, {sha}] of stored) {
    const content = await contentIfThere(join(studyDir, CODELISTS, name));
    if (content === null)
      problems.push(problem('S-CODELIST-MISSING', `codelists/${name} is missing.`, UPDATE, name));
    else if (hashOf(content) !== sha)
      problems.push(
        problem(
          'S-CODELIST-EDITED',
          `codelists/${name} was changed since it was downloaded.`,
          `${UPDATE} A list of your own belongs in local_codelists.`,
          name,
        ),
      );
  }
  return problems;
}

function unlistedWords(name: string): readonly [message: string, hint: string, file: string] {
  return [
    `codelists/${name} is in no line of codelists.txt.`,
    'Move it to local_codelists if it is your own. `study-desk codelists update --delete-unlisted` deletes it.',
    name,
  ];
}

/** Null where there is no folder, so that there is nothing to check. */
export type Checked = CodelistCheck | null;

/** Checks that the lists on disk are those of codelists.txt, unchanged, and as the server has them now. */
export async function checkCodelists(work: CodelistWork): Promise<Checked> {
  const read = await readFolder(work.studyDir);
  if (!read.ok) return failed(read.error);
  const folder = read.value;
  if (folder === null) return null;
  if (folder.spec === null) return failed([NO_SPEC]);
  const {entries, problems: wrong} = readCodelistFile(folder.spec);
  const manifest = await manifestNow(work, folder, entries);
  if (!manifest.ok) return failed([...wrong, ...manifest.error]);
  const problems = [...wrong];
  const notes: string[] = [];
  if (folder.manifest === null)
    notes.push(`There is no codelists.json; one was made for this check alone. ${UPDATE}`);
  try {
    problems.push(...(await localProblems(work.studyDir, folder, entries, manifest.value)));
  } catch (error) {
    const failure = fileSystemError('The codelists can’t be read.', error);
    problems.push(fromError('S-CODELIST-DISK', failure));
  }
  const isLocal = problems.every(({severity}) => severity !== 'error');
  const text = folder.manifest ?? manifestText(manifest.value);
  const asked = await askUpstream(work.server, folder.spec, text);
  if (!asked.ok && !asked.error.unreachable)
    problems.push(fromError('S-CODELIST-SERVER', asked.error.error));
  if (!asked.ok && asked.error.unreachable)
    notes.push(`${asked.error.error.message} Whether the server has other codes was not checked.`);
  if (!asked.ok) return {ok: isLocal && asked.error.unreachable, problems, upstream: null, notes};
  if (asked.value.error === null) await keepAnswer(work.studyDir, text, asked.value.changed);
  return withUpstream(problems, asked.value, work.server, notes);
}

/** Checks the lists, as they were last downloaded, against what the server has now. */
export async function checkUpstream(work: CodelistWork): Promise<Checked> {
  const read = await readFolder(work.studyDir);
  if (!read.ok) return failed(read.error);
  const folder = read.value;
  if (folder === null) return null;
  const {spec, manifest} = folder;
  if (spec === null || manifest === null)
    return failed([
      ...(spec === null ? [NO_SPEC] : []),
      ...(manifest === null ? [NO_MANIFEST] : []),
    ]);
  const asked = await askUpstream(work.server, spec, manifest);
  if (!asked.ok) return failed([fromError('S-CODELIST-SERVER', asked.error.error)]);
  if (asked.value.error === null) await keepAnswer(work.studyDir, manifest, asked.value.changed);
  return withUpstream([], asked.value, work.server, []);
}

function failed(problems: readonly CodelistProblem[]): CodelistCheck {
  return {ok: false, problems, upstream: null, notes: []};
}

/** What the server found is an error, but in a workflow of GitHub: there it is only shown. */
function withUpstream(
  local: readonly CodelistProblem[],
  upstream: UpstreamAnswer,
  {ci}: CodelistServer,
  notes: readonly string[],
): CodelistCheck {
  const found = upstream.ok ? [] : upstreamProblems(upstream);
  const isLocal = local.every(({severity}) => severity !== 'error');
  const problems = [
    ...local,
    ...found.map((each) => (ci ? {...each, severity: 'warning' as const} : each)),
  ];
  return {ok: isLocal && (upstream.ok || ci), problems, upstream, notes};
}

function upstreamProblems(upstream: UpstreamAnswer): readonly CodelistProblem[] {
  const {error, added, removed, changed} = upstream;
  const rule = 'S-CODELIST-UPSTREAM';
  if (error !== null)
    return [problem(rule, `The server could not compare the lists: ${error}`, UPDATE)];
  const found = [
    ...added.map((id) => problem(rule, `${id} was added and is not downloaded.`, UPDATE)),
    ...removed.map((id) => problem(rule, `${id} was removed, and is still downloaded.`, UPDATE)),
    ...changed.map((id) =>
      problem(rule, `${id} is out of date: the server has other codes.`, UPDATE),
    ),
  ];
  return found.length > 0
    ? found
    : [problem(rule, 'The server reports an error, and does not say which.', UPDATE)];
}

/**
 * What is wrong with codelists.txt and codelists.json, as warnings: the lists themselves, which may be large, are not read.
 * None where there is no such folder. Nothing is changed, and nothing asked of the network.
 */
export async function codelistProblems(studyDir: string): Promise<readonly CodelistProblem[]> {
  const folder = join(studyDir, CODELISTS);
  const found: CodelistProblem[] = [];
  try {
    const [spec, manifest] = await Promise.all([
      textIfThere(join(folder, SPEC)),
      textIfThere(join(folder, MANIFEST)),
    ]);
    const {entries, problems} = readCodelistFile(spec ?? '');
    found.push(...problems);
    if (spec === null && manifest !== null) found.push(NO_SPEC);
    if (manifest === null && entries.length > 0) found.push(NO_MANIFEST);
    const stored = manifest === null ? null : readManifest(manifest);
    if (manifest !== null && stored === null) found.push(BROKEN_MANIFEST);
    if (spec !== null && stored !== null) found.push(...differentIds(entries, stored));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return [];
    const failure = fileSystemError('The codelists can’t be read.', error);
    found.push(fromError('S-CODELIST-DISK', failure));
  }
  return found.map((each) => ({...each, severity: 'warning' as const}));
}
