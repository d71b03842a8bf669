import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {CodelistEntry, CodelistState, CodelistSummary} from '../../shared/codelist';
import {ok, type Result} from '../../shared/result';
import {CODELISTS, readCodelistFile} from './codelistFile';
import {earlierVersion, lastAnswer, type LastAnswer} from './codelistFolder';
import {readFolder, type Refusal} from './localCodelists';
import {pageOf} from './codelistServer';
import type {KnownList, ListMemory, NamedFile} from './listMemory';
import {readList} from './listText';
import {readManifest, type ManifestEntry} from './manifest';
import {versionWarnings, warningOf} from './meaning';

/** Where lists of the study's own lie; those in `codelists/` are the server's. */
export const OWN_CODELISTS = 'local_codelists';

/** What code says of files of codelists. */
export interface CodelistUse {
  /** The actions whose code names a file, by its study-relative path. */
  readonly actions: ReadonlyMap<string, readonly string[]>;
  /** Whether anything of the study names the file, or may name it. */
  readonly isNamed: (path: string) => boolean;
}

/** What the list is made for. */
export interface ListWork {
  readonly studyDir: string;
  /** Of the server, for addresses; it is not asked. */
  readonly base: string;
  readonly use: CodelistUse;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly memory: ListMemory;
}

/** Lists read at a time. */
const AT_A_TIME = 8;

/** One list to be looked at. */
interface Listed extends NamedFile {
  readonly entry: CodelistEntry | null;
  readonly stored: ManifestEntry | null;
}

/** Every list that is named or there: those of codelists.txt, others in its folder, the study's own. */
export async function everyList(
  studyDir: string,
): Promise<Result<{readonly all: readonly Listed[]; readonly manifest: string | null}, Refusal>> {
  const read = await readFolder(studyDir);
  if (!read.ok) return read;
  const folder = read.value;
  const {entries} = readCodelistFile(folder?.spec ?? '');
  const manifest = folder?.manifest ?? null;
  const files = (manifest === null ? null : readManifest(manifest))?.files ?? {};
  const listed = new Set(entries.map(({file}) => file));
  const own = await readdir(join(studyDir, OWN_CODELISTS)).catch(() => []);
  const all: readonly Listed[] = [
    ...entries.map((entry) => ({
      ...{file: `${CODELISTS}/${entry.file}`, name: entry.id, entry},
      stored: files[entry.file] ?? null,
    })),
    ...(folder?.csvs ?? [])
      .filter((name) => !listed.has(name))
      .map((name) => unnamed(`${CODELISTS}/${name}`, files[name] ?? null)),
    ...own
      .filter((name) => name.endsWith('.csv'))
      .sort()
      .map((name) => unnamed(`${OWN_CODELISTS}/${name}`, null)),
  ];
  return ok({all, manifest});
}

function unnamed(file: string, stored: ManifestEntry | null): Listed {
  return {file, name: file, entry: null, stored};
}

/** Every list of a study with its state and what is odd about it. Nothing is asked of the network, and nothing is changed. */
export async function listCodelists(
  work: ListWork,
): Promise<Result<readonly CodelistSummary[], Refusal>> {
  const {studyDir, use} = work;
  const found = await everyList(studyDir);
  if (!found.ok) return found;
  const {all, manifest} = found.value;
  const answer = manifest === null ? null : await lastAnswer(studyDir, manifest);
  const summaries = new Map<string, CodelistSummary>();
  const queue = [...all];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      summaries.set(next.file, await summaryOf(work, next, answer));
  };
  await Promise.all(Array.from({length: AT_A_TIME}, worker));
  const present = new Set(all.map(({file}) => file));
  const missing = [...use.actions.keys()].filter((path) => !present.has(path)).sort();
  return ok([
    ...all.flatMap(({file}) => summaries.get(file) ?? []),
    ...missing.map((path) => readAndNotThere(path, use)),
  ]);
}

async function summaryOf(
  {studyDir, base, use, now, memory}: ListWork,
  listed: Listed,
  answer: LastAnswer | null,
): Promise<CodelistSummary> {
  const {file, name, entry, stored} = listed;
  const list = await memory.read(listed);
  const before =
    entry === null || list === null ? null : await earlierVersion(studyDir, entry.file);
  const downloadedAt =
    typeof stored?.['downloaded_at'] === 'string' ? stored['downloaded_at'] : null;
  const facts = {
    ...{version: entry?.version ?? null, downloadedAt, now},
    earlier: before === null ? null : readList(before.toString('utf8'), name),
  };
  const unread =
    list !== null && !use.isNamed(file)
      ? [
          warningOf(
            'C-NOT-READ',
            'No code of the study names this list.',
            entry === null ? null : 'Remove its line if it is not needed.',
          ),
        ]
      : [];
  return {
    ...{file, id: entry?.id ?? null},
    url: entry === null ? null : pageOf({base}, entry.id),
    state: stateOf(listed, list, answer),
    newer: answer?.versions[entry?.id ?? '']?.newer ?? null,
    downloadedAt,
    ...{checkedAt: answer?.checkedAt ?? null, codingSystem: list?.system ?? null},
    ...{codes: list?.codes ?? null, actions: use.actions.get(file) ?? []},
    warnings:
      list === null ? unread : [...list.warnings, ...versionWarnings(list, facts), ...unread],
  };
}

function stateOf(
  {file, entry, stored}: Listed,
  list: KnownList | null,
  answer: LastAnswer | null,
): CodelistState {
  if (file.startsWith(`${OWN_CODELISTS}/`)) return 'own';
  if (entry === null) return 'not-listed';
  if (list === null || stored === null || stored.id !== entry.id) return 'not-downloaded';
  if (list.hash !== stored.sha) return 'edited';
  // the codes of a version never change but those that the server adds by its mapping of dm+d
  if (answer?.changed.includes(entry.id) === true)
    return list.system === 'dmd' ? 'mapping-changed' : 'changed-upstream';
  const version = answer?.versions[entry.id];
  if (version?.status === 'under review') return 'under-review';
  return (version?.newer ?? null) === null ? 'current' : 'newer-version';
}

/** A file that code reads, and that is not there. */
function readAndNotThere(file: string, {actions}: CodelistUse): CodelistSummary {
  const warning = warningOf(
    'C-NOT-LISTED',
    'Code reads this file, and no list has it.',
    'Add the list, or correct the name in the code.',
  );
  return {
    ...{file, id: null, url: null, state: 'not-downloaded', newer: null, downloadedAt: null},
    checkedAt: null,
    ...{codingSystem: null, codes: null, actions: actions.get(file) ?? [], warnings: [warning]},
  };
}
