import {existsSync} from 'node:fs';
import {chmod, mkdir, readdir, rm, symlink, stat, utimes} from 'node:fs/promises';
import path, {join} from 'node:path';
import type {ExportRequest} from '../../shared/export';
import {type AppError, appError} from '../../shared/errors';
import {reach} from '../../shared/graph';
import {groupBy} from '../../shared/groupBy';
import {err, ok, type Result} from '../../shared/result';
import type {RunRecord} from '../../shared/run';
import type {StagedEntry} from '../executor/executor';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {ensureMetadataDir} from '../files/metadataDir';
import {copyRegularFile, digestOf, parseJson, readText} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';
import {ELSEWHERE_JOURNAL, runFolders} from '../runs/runStore';
import {studyFolder} from '../runs/studyFolder';
import {
  convertedImage,
  imageReference,
  planLine,
  RULES_AND_WORDS,
  rulesOf,
  type ExportedAction,
  type SuccessBefore,
} from './exportedJob';
import {readScript} from './scripts';
import {folderReadme, profileFolder, profileFor7, profileFor8, snakefile} from './snakefile';

/** All that an exported folder is made from. */
export interface StudyToExport {
  /** Absolute; new, empty, or an earlier export. */
  readonly to: string;
  readonly study: string;
  readonly runtime: ExportRequest['runtime'];
  readonly profile: ExportRequest['profile'];
  /** In file order, with all that they need. */
  readonly actions: readonly ExportedAction[];
  /** The run that their jobs will be on record with, without jobs yet. */
  readonly record: RunRecord;
  readonly code: readonly StagedEntry[];
  /** By commit: the code of reusable actions. */
  readonly actionCode: ReadonlyMap<string, readonly StagedEntry[]>;
  /** What successes are on record with, by action: asked once the study's code lies in this folder. */
  readonly successesBefore: (
    studyDir: string,
  ) => Promise<Result<ReadonlyMap<string, SuccessBefore>, AppError>>;
}

/** Says of a folder that it is an export of ours, which the next one may replace. */
export const EXPORT_MARK = '.study-desk-export';
/** Files copied at a time. */
const AT_ONCE = 32;

/** Writes a study for Snakemake; a folder that holds anything but an earlier export is left alone. */
export async function writeSnakemakeFolder(given: StudyToExport): Promise<Result<null, AppError>> {
  const {to} = given;
  try {
    const refused = await refusedTarget(to);
    if (refused !== null) return err(refused);
    await mkdir(to, {recursive: true});
    await writeFileAtomically(join(to, EXPORT_MARK), '{"format":1,"for":"snakemake"}\n');
    const study = join(to, 'study');
    await mkdir(study, {recursive: true});
    const made = await ensureMetadataDir(study);
    if (!made.ok) return made;
    await putCode(to, 'study', study, given.code);
    for (const [commit, entries] of given.actionCode)
      await putCode(to, commit, join(to, 'actions', commit), entries);
    const before = await given.successesBefore(study);
    if (!before.ok) return before;
    const runFolder = await putRecord(study, given.record);
    await putPlan(given, before.value, runFolder);
    return ok(null);
  } catch (error) {
    return err(fileSystemError(`The study could not be exported to "${to}".`, error));
  }
}

/** Why a folder can't be written to; null where it can. */
async function refusedTarget(to: string): Promise<AppError | null> {
  try {
    const names = await readdir(to);
    if (names.length === 0 || names.includes(EXPORT_MARK)) return null;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    if (systemErrorCode(error) !== 'ENOTDIR') throw error;
    return appError('invalid-request', `"${to}" is not a folder.`, {hint: 'Choose a new folder.'});
  }
  return appError('invalid-request', `The folder "${to}" is not empty, and is no earlier export.`, {
    why: 'Nothing of yours is to be overwritten.',
    hint: 'Choose a new or empty folder.',
  });
}

interface CodeList {
  readonly folders: readonly (readonly [path: string, mode: number])[];
  /** Times in nanoseconds, as text: JSON's numbers do not hold them. */
  readonly files: readonly (readonly [
    path: string,
    mode: number,
    size: number,
    mtime: string,
    sha256: string,
  ])[];
  readonly links: readonly (readonly [path: string, target: string])[];
}

/** Copies code, removes what an earlier export had and this one has not, and writes the list by which jobs know it. */
async function putCode(
  to: string,
  name: string,
  folder: string,
  entries: readonly StagedEntry[],
): Promise<void> {
  const list = join(to, 'code', `${name}.json`);
  const earlier = existsSync(list) ? (parseJson(await readText(list)) as CodeList | null) : null; // our own file
  const kept = new Set(entries.map((entry) => entry.path));
  const gone = [...(earlier?.files ?? []), ...(earlier?.links ?? [])].map(([each]) => each);
  for (const each of gone) if (!kept.has(each)) await rm(join(folder, each), {force: true});
  const folders = entries.filter(({kind}) => kind === 'directory');
  for (const entry of folders) await mkdir(join(folder, entry.path), {recursive: true});
  const links = entries.filter(({kind}) => kind === 'symlink');
  for (const {path: each, linkTarget} of links) {
    await rm(join(folder, each), {force: true});
    await symlink(linkTarget ?? '', join(folder, each));
  }
  const files: CodeList['files'][number][] = [];
  const toCopy = entries.filter(({kind}) => kind === 'file');
  for (let from = 0; from < toCopy.length; from += AT_ONCE)
    files.push(
      ...(await Promise.all(
        toCopy.slice(from, from + AT_ONCE).map((entry) => putFile(folder, entry)),
      )),
    );
  const written: CodeList = {
    folders: folders.map((entry) => [entry.path, entry.mode]),
    files,
    links: links.map((entry) => [entry.path, entry.linkTarget ?? '']),
  };
  await writeMaking(list, JSON.stringify(written));
}

async function putFile(folder: string, entry: StagedEntry): Promise<CodeList['files'][number]> {
  const target = join(folder, entry.path);
  await mkdir(path.dirname(target), {recursive: true});
  await rm(target, {force: true});
  await copyRegularFile(entry.source ?? '', target);
  // what a job may change is its own copy
  await chmod(target, entry.mode | 0o600);
  await utimes(target, entry.mtimeMs / 1000, entry.mtimeMs / 1000);
  const {size, mtimeNs} = await stat(target, {bigint: true});
  const sha256 = (await digestOf(target)) ?? '';
  return [entry.path, entry.mode, Number(size), String(mtimeNs), sha256];
}

/** Puts the run into the study's records; answers its folder's name. */
async function putRecord(study: string, record: RunRecord): Promise<string> {
  const folder = studyFolder(study);
  await mkdir(folder.runs, {recursive: true, mode: 0o700});
  const last = (await runFolders(folder)).at(-1) ?? '0';
  const name = `${String(Number.parseInt(last, 10) + 1).padStart(6, '0')}-${record.id}`;
  await mkdir(join(folder.runs, name), {mode: 0o700});
  await writeFileAtomically(join(folder.runs, name, 'run.json'), JSON.stringify(record));
  await writeFileAtomically(join(folder.runs, name, ELSEWHERE_JOURNAL), '', 0o600);
  return name;
}

/** A line of the plan, as far as it is read again. */
interface EarlierLine {
  readonly marker: string;
  readonly needs: readonly string[];
}

async function putPlan(
  given: StudyToExport,
  before: ReadonlyMap<string, SuccessBefore>,
  runFolder: string,
): Promise<void> {
  const {to, runtime, profile, actions, record} = given;
  const ruleOf = rulesOf(actions);
  const lines = actions
    .map((action) => {
      const success = before.get(action.definition.action.name);
      if (success === undefined) throw new Error('An action was not described.');
      return planLine(action, success, ruleOf) as EarlierLine & {readonly stem: string};
    })
    .sort((one, other) => (one.stem < other.stem ? -1 : 1));
  const images = [...new Map(actions.map(({image}) => [image.name, image])).values()];
  const needsStata = actions.some(({definition}) => definition.imageName === 'stata-mp');
  const first = {
    format: 1,
    runtime,
    runId: record.id,
    runFolder,
    commit: record.git?.commit ?? null,
    stata: needsStata,
    images: images.map((image) => ({
      name: image.name,
      reference: imageReference(image),
      sif: convertedImage(image),
      source:
        image.digest === null
          ? `docker-archive:images/images.tar:${image.name}`
          : `docker://${image.digest}`,
    })),
    ...RULES_AND_WORDS,
  };
  await forgetChanged(to, lines);
  await writeFileAtomically(
    join(to, 'plan.jsonl'),
    [first, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  await writeFileAtomically(join(to, 'stage.py'), await readScript('stage.py'));
  await rm(join(to, 'profiles'), {recursive: true, force: true});
  await writeMaking(join(to, profileFolder(profile), 'config.yaml'), profileFor7(profile));
  await writeMaking(join(to, profileFolder(profile), 'config.v8+.yaml'), profileFor8(profile));
  await writeFileAtomically(
    join(to, 'README.md'),
    folderReadme({
      study: given.study,
      runtime,
      profile,
      actions: actions.length,
      images: images.map((image) => ({
        name: image.name,
        reference: imageReference(image),
        hasDigest: image.digest !== null,
      })),
      needsStata,
      readsDatabase: actions.some(({definition}) => definition.action.usesDatabase),
    }),
  );
  await writeFileAtomically(
    join(to, 'Snakefile'),
    snakefile(runtime, [...new Set(ruleOf.values())]),
  );
}

/** Takes the markers away of what an earlier export ran otherwise, and of what needs that: Snakemake runs it again. */
async function forgetChanged(to: string, lines: readonly EarlierLine[]): Promise<void> {
  const file = join(to, 'plan.jsonl');
  if (!existsSync(file)) return;
  const now = new Map(lines.map((line) => [line.marker, runsAs(line)]));
  const goes = new Set<string>();
  for (const text of (await readText(file)).split('\n').slice(1)) {
    const line = text === '' ? null : (parseJson(text) as EarlierLine | null); // our own file
    if (line !== null && now.get(line.marker) !== runsAs(line)) goes.add(line.marker);
  }
  const edges = lines.flatMap(({marker, needs}) => needs.map((need) => ({need, marker})));
  const neededBy = groupBy(edges, ({need}) => need);
  const later = reach(goes, (need) => neededBy.get(need)?.map(({marker}) => marker));
  for (const marker of later) await rm(join(to, marker), {force: true});
}

/** What decides a job's outputs. */
function runsAs(line: EarlierLine): string {
  const {success, image, args, needs} = line as unknown as Record<string, unknown>;
  return JSON.stringify([{...(success as object), codeListing: ''}, image, args, needs]);
}

async function writeMaking(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), {recursive: true});
  await writeFileAtomically(file, content);
}
