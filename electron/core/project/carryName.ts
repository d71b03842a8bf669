import {mkdir, rename} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {formatPlural} from '../../../shared/format';
import {systemErrorCode} from '../../files/fileSystemError';
import {isThere, parseJson, readText} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import {actionLogFile} from '../../logs/actionLog';
import {provenanceFolder} from '../../provenance/successLedger';
import {runFolders} from '../../runs/runStore';
import {keptFolder, replacedFolder, type StudyFolder} from '../../runs/studyFolder';

interface Carried {
  readonly runs: number;
  readonly successes: number;
  readonly marks: number;
  readonly limits: boolean;
  readonly log: boolean;
  readonly replaced: boolean;
}

/**
 * The one place that knows all that hangs on the name of an action beside project.yaml: the records of its runs, its
 * successes and the marks as up to date, its limits, the selection and what was seen of the study, its log, what is kept of its
 * failed attempt and what its supplied files replaced. Copies of outputs are known by their content and need nothing.
 *
 * Gives all of that the new name; what has it already stays, so that it can be done again after it was cut off. Every file
 * is replaced in one step. With `dryRun` nothing is changed. Returns what there is to carry, in words. Throws the system's error.
 */
export async function carryName(
  folder: StudyFolder,
  from: string,
  to: string,
  dryRun = false,
): Promise<readonly string[]> {
  const write = dryRun ? () => Promise.resolve() : writeFileAtomically;
  const provenance = provenanceFolder(folder.study);
  const lines = (name: string): Promise<number> =>
    rewriteLines(join(provenance, name), from, to, write);
  const carried: Carried = {
    runs: await carryRuns(folder, from, to, write),
    successes: await lines('successes.jsonl'),
    marks: await lines('marks.jsonl'),
    limits: await rewrite(folder.overrides, from, write, (text) => withActions(text, from, to)),
    log: await moveFiles([actionLogFile, keptFolder], folder, from, to, dryRun),
    replaced: await moveFiles([replacedFolder], folder, from, to, dryRun),
  };
  await rewrite(folder.view, from, write, (text) => withSelection(text, from, to));
  await rewrite(folder.seen, from, write, (text) => withActions(text, from, to));
  return inWords(carried);
}

type Write = (path: string, content: string, mode: number) => Promise<void>;

function inWords({runs, successes, marks, limits, log, replaced}: Carried): readonly string[] {
  return [
    ...(runs === 0 ? [] : [formatPlural(runs, 'run')]),
    ...(successes === 0 ? [] : [formatPlural(successes, 'success', 'successes')]),
    ...(marks === 0 ? [] : [formatPlural(marks, 'mark as up to date', 'marks as up to date')]),
    ...(limits ? ['its limits'] : []),
    ...(log ? ['its log'] : []),
    ...(replaced ? ['what its supplied files replaced'] : []),
  ];
}

/** Replaces a file that holds the name by what `change` makes of its text; true where that is another one. */
async function rewrite(
  path: string,
  name: string,
  write: Write,
  change: (text: string) => string,
): Promise<boolean> {
  const text = await readText(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return '';
    throw error;
  });
  if (!text.includes(name)) return false;
  const changed = change(text);
  if (changed === text) return false;
  await write(path, changed, 0o600);
  return true;
}

async function carryRuns(
  folder: StudyFolder,
  from: string,
  to: string,
  write: Write,
): Promise<number> {
  let runs = 0;
  for (const name of await runFolders(folder)) {
    const path = join(folder.runs, name, 'run.json');
    if (await rewrite(path, from, write, (text) => withRecord(text, from, to))) runs += 1;
  }
  return runs;
}

/** How many lines of a file of records are of the action, each given the new name. Lines that can’t be read stay. */
async function rewriteLines(path: string, from: string, to: string, write: Write): Promise<number> {
  let found = 0;
  await rewrite(path, from, write, (text) =>
    text
      .split('\n')
      .map((line) => {
        const value = line.includes(from) ? parseJson(line) : null;
        if (!isRecord(value)) return line;
        if (value['action'] === from) found += 1;
        const next = {
          ...renamedIn(value, ['action'], from, to),
          // the out-of-date actions that a mark covers
          ...(isRecord(value['upstream'])
            ? {upstream: renamedKeys(value['upstream'], from, to)}
            : {}),
        };
        return JSON.stringify(next);
      })
      .join('\n'),
  );
  return found;
}

function withRecord(text: string, from: string, to: string): string {
  const run = parseJson(text);
  if (!isRecord(run)) return text;
  const {plan, request, jobs} = run;
  const each = (list: unknown, change: (item: Fields) => Fields): unknown =>
    Array.isArray(list)
      ? list.map((item: unknown) => (isRecord(item) ? change(item) : item))
      : list;
  const job = (item: Fields): Fields =>
    renamedIn(item, ['action', 'neededBy', 'waitsFor'], from, to);
  const next = {
    ...run,
    ...(isRecord(request)
      ? {request: renamedIn(request, ['actions', 'force', 'takeOut'], from, to)}
      : {}),
    ...(isRecord(plan)
      ? {plan: {...plan, jobs: each(plan['jobs'], job), skipped: each(plan['skipped'], job)}}
      : {}),
    jobs: each(jobs, (item) => {
      if (item['action'] !== from) return job(item);
      const files = {logFile: actionLogFile, keptFiles: keptFolder};
      const moved = Object.entries(files).flatMap(([field, pathOf]) =>
        item[field] === pathOf(from) ? [[field, pathOf(to)] as const] : [],
      );
      return {...job(item), ...Object.fromEntries(moved)};
    }),
  };
  return JSON.stringify(next);
}

function withActions(text: string, from: string, to: string): string {
  const stored = parseJson(text);
  if (!isRecord(stored) || !isRecord(stored['actions']) || !(from in stored['actions']))
    return text;
  return JSON.stringify({...stored, actions: renamedKeys(stored['actions'], from, to)}, null, 2);
}

function withSelection(text: string, from: string, to: string): string {
  const view = parseJson(text);
  return isRecord(view) && view['selection'] === from
    ? JSON.stringify({...view, selection: to})
    : text;
}

/** Moves what lies at paths that are made of the name, where nothing lies in their new places. */
async function moveFiles(
  paths: readonly ((action: string) => string)[],
  folder: StudyFolder,
  from: string,
  to: string,
  dryRun: boolean,
): Promise<boolean> {
  let found = false;
  for (const pathOf of paths) {
    const [source, target] = [join(folder.study, pathOf(from)), join(folder.study, pathOf(to))];
    if (!(await isThere(source)) || (await isThere(target))) continue;
    found = true;
    if (dryRun) continue;
    await mkdir(dirname(target), {recursive: true});
    await rename(source, target);
  }
  return found;
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object with the new name in those of its fields that are the old one, or a list that holds it. */
function renamedIn(value: Fields, fields: readonly string[], from: string, to: string): Fields {
  const renamed = (item: unknown): unknown => (item === from ? to : item);
  return {
    ...value,
    ...Object.fromEntries(
      fields
        .filter((field) => field in value)
        .map((field) => {
          const now: unknown = value[field];
          return [field, Array.isArray(now) ? now.map(renamed) : renamed(now)];
        }),
    ),
  };
}

function renamedKeys(value: Fields, from: string, to: string): Fields {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key === from ? to : key, each]),
  );
}
