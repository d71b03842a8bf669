import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {CodelistEntry, CodelistProblem} from '../../shared/codelist';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {CODELISTS, MANIFEST, readCodelistFile, SPEC} from './codelistFile';
import {contentIfThere, finishCutOff} from './codelistFolder';
import {hashOf, readManifest, type Manifest} from './manifest';

/** Everything that kept a command from being carried out; nothing was changed. */
export type Refusal = readonly CodelistProblem[];

/** The folder as it is on disk. */
export interface Folder {
  /** Null where there is no codelists.txt. */
  readonly spec: string | null;
  /** Null where there is no codelists.json. */
  readonly manifest: string | null;
  /** Names of CSV files. */
  readonly csvs: readonly string[];
}

/** What puts right most of what can be wrong. */
export const UPDATE = 'Run `study-desk codelists update`, and commit the changes.';

/** One thing wrong with codelists.txt or another file of the folder. */
export function problem(
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
  return finished.ok ? folderNow(studyDir) : err([fromError('S-CODELIST-DISK', finished.error)]);
}

/** Reads the folder as it is. */
async function folderNow(studyDir: string): Promise<Result<Folder | null, Refusal>> {
  const folder = join(studyDir, CODELISTS);
  try {
    const found = await stat(folder).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (found?.isDirectory() !== true) return ok(null);
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

/** What may be missing, or not be understood. */
export const NO_FOLDER = problem(
  'S-CODELIST-FOLDER',
  'This study has no folder codelists.',
  'Make the folder `codelists` with an empty file `codelists.txt` in it.',
);
export const NO_SPEC = problem(
  'S-CODELIST-NO-FILE',
  'There is no file codelists/codelists.txt.',
  'Make it: one list in a line, such as opensafely/asthma-diagnosis/2020-04-15.',
);
export const NO_MANIFEST = problem(
  'S-CODELIST-NO-MANIFEST',
  'There is no file codelists/codelists.json.',
  UPDATE,
  MANIFEST,
);
export const BROKEN_MANIFEST = problem(
  'S-CODELIST-MANIFEST',
  'codelists/codelists.json can’t be understood. It is written by updates, and not meant to be edited.',
  UPDATE,
  MANIFEST,
);

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
export async function localProblems(
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
  try {
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
  } catch (error) {
    const failure = fileSystemError('The codelists can’t be read.', error);
    problems.push(fromError('S-CODELIST-DISK', failure));
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

/**
 * What is wrong with codelists.txt and codelists.json, and with `lists` also with every list on disk, which may be large. None
 * where there is no such folder. Nothing is changed, and nothing asked of the network.
 */
export async function problemsHere(
  studyDir: string,
  {lists}: {readonly lists: boolean},
): Promise<readonly CodelistProblem[]> {
  const read = await folderNow(studyDir);
  if (!read.ok) return read.error;
  if (read.value === null) return [];
  const {spec, manifest} = read.value;
  const {entries, problems} = readCodelistFile(spec ?? '');
  const found = [...problems];
  if (spec === null && manifest !== null) found.push(NO_SPEC);
  if (manifest === null && entries.length > 0) found.push(NO_MANIFEST);
  const stored = manifest === null ? null : readManifest(manifest);
  if (manifest !== null && stored === null) found.push(BROKEN_MANIFEST);
  if (spec === null || stored === null) return found;
  return [
    ...found,
    ...(lists
      ? await localProblems(studyDir, read.value, entries, stored)
      : differentIds(entries, stored)),
  ];
}

/** What is wrong with codelists.txt and codelists.json, as warnings. */
export async function codelistProblems(studyDir: string): Promise<readonly CodelistProblem[]> {
  const found = await problemsHere(studyDir, {lists: false});
  return found.map((each) => ({...each, severity: 'warning' as const}));
}
