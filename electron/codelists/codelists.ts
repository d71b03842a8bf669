import {mkdir, rmdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {
  CodelistCheck,
  CodelistEntry,
  CodelistProblem,
  CodelistUpdate,
  UpstreamAnswer,
} from '../../shared/codelist';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from '../files/fileSystemError';
import {contentIfThere, keepAnswer, replaceCodelists, type Changes} from './codelistFolder';
import {CODELISTS, MANIFEST, readCodelistFile, readLine, SPEC, withVersion} from './codelistFile';
import {askUpstream, askVersions, fetchList, pageOf, type CodelistServer} from './codelistServer';
import {
  BROKEN_MANIFEST,
  fromError,
  localProblems,
  NO_FOLDER,
  NO_MANIFEST,
  NO_SPEC,
  problem,
  readFolder,
  UPDATE,
  type Folder,
  type Refusal,
} from './localCodelists';
import {
  downloadedAt,
  hashOf,
  manifestText,
  readManifest,
  type Manifest,
  type ManifestEntry,
} from './manifest';

/** What every command of codelists needs. */
export interface CodelistWork {
  readonly studyDir: string;
  readonly server: CodelistServer;
  /** The folder and its two files are made by the first list that is added; the command refuses, as the reference does. */
  readonly makesFolder?: boolean;
  /** A check asks too how the versions stand that the lists are of; the command does not, as the reference does not. */
  readonly asksVersions?: boolean;
  /** Called before a list is downloaded. */
  readonly onFetch?: (id: string) => void;
}

const DOWNLOADS_AT_A_TIME = 4;

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
  const made = await mkdir(join(studyDir, CODELISTS)).catch(() => null);
  const written = await replaceCodelists(studyDir, changes);
  // what was made for nothing goes; a folder with files in it is not removed
  if (!written.ok && made !== null) await rmdir(join(studyDir, CODELISTS)).catch(() => undefined);
  if (!written.ok) return err([fromError('S-CODELIST-DISK', written.error)]);
  const done = lists.map(({id, file, url, change}) => ({id, file, url, change}));
  return ok({lists: done, deleted, unlisted, notes});
}

/**
 * Downloads lists anew, all or those with these ids; CSV files that are not listed are deleted only where that is asked for. Of
 * some alone, the entries of the others stay in codelists.json. A list may get another version, which is then the only one.
 */
export async function prepareUpdate(
  work: CodelistWork,
  {
    deleteUnlisted,
    only = null,
    version = null,
  }: {
    readonly deleteUnlisted: boolean;
    readonly only?: readonly string[] | null;
    /** Ids of a list: that of its line, and that which takes its place. */
    readonly version?: {readonly from: string; readonly to: string} | null;
  },
): Promise<Result<Prepared, Refusal>> {
  const read = await readFolder(work.studyDir);
  if (!read.ok) return read;
  const folder = read.value;
  if (folder === null) return err([NO_FOLDER]);
  if (folder.spec === null) return err([NO_SPEC]);
  const spec = version === null ? folder.spec : withVersion(folder.spec, version);
  const {entries, problems} = readCodelistFile(spec);
  // a line that is wrong keeps nobody from learning which of the others can’t be downloaded
  const ids = version === null ? only : [version.to];
  const wanted = ids === null ? entries : entries.filter(({id}) => ids.includes(id));
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
    {[SPEC]: spec, [MANIFEST]: manifestText({files: Object.fromEntries(stored)})},
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

/** A folder as it would be with both of its files, which are empty where they are missing. */
function withFiles(folder: Folder | null): Folder {
  const {spec, manifest, csvs} = folder ?? {spec: null, manifest: null, csvs: []};
  const isNew = (spec ?? '').trim() === '';
  return {spec: spec ?? '', manifest: manifest ?? (isNew ? '{"files": {}}' : null), csvs};
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
  const folder = work.makesFolder === true ? withFiles(read.value) : read.value;
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
  problems.push(...(await localProblems(work.studyDir, folder, entries, manifest.value)));
  const isLocal = problems.every(({severity}) => severity !== 'error');
  const text = folder.manifest ?? manifestText(manifest.value);
  const asked = await askUpstream(work.server, folder.spec, text);
  if (!asked.ok && !asked.error.unreachable)
    problems.push(fromError('S-CODELIST-SERVER', asked.error.error));
  if (!asked.ok && asked.error.unreachable)
    notes.push(`${asked.error.error.message} Whether the server has other codes was not checked.`);
  if (!asked.ok) return {ok: isLocal && asked.error.unreachable, problems, upstream: null, notes};
  if (asked.value.error === null && !work.server.ci) {
    const versions = work.asksVersions === true ? await askVersions(work.server, entries) : ok({});
    if (!versions.ok)
      notes.push(
        `Whether versions are under review, or newer ones are published, is not known: ${versions.error.error.message}`,
      );
    await keepAnswer(work.studyDir, text, asked.value.changed, versions.ok ? versions.value : {});
  }
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
  if (asked.value.error === null && !work.server.ci)
    await keepAnswer(work.studyDir, manifest, asked.value.changed, {});
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
