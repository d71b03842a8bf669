import {createHash} from 'node:crypto';
import {stat} from 'node:fs/promises';
import {posix} from 'node:path';
import {plainPath, type DefinitionProblem, type EhrqlAction} from '../../../shared/dataset';
import {DEFINITION_RULES} from '../../../shared/definitionRules';
import {openDummyTable} from '../../../shared/dummyTable';
import type {Problem} from '../../../shared/problem';
import type {Action, Project} from '../../../shared/project';
import {codelistProblems, eventOutputProblem, readDefinitionText} from '../../ehrql/definitionText';
import {fileInStudy} from '../../files/fileInStudy';
import {readRegularFile} from '../../files/openFile';
import type {StudyState} from '../studyState';
import {ehrqlRuns} from './definitions';

/** Files of Python that one definition is followed into at most. */
const MOST_MODULES = 20;
/** Bytes of a file that are read; code and codelists are smaller. */
const MOST_BYTES = 4 * 1024 * 1024;

type Read = (path: string) => Promise<string | null>;

/** What is wrong with a definition and what it imports, as far as their texts say: without an image. */
export async function textProblems(
  dir: string,
  {file, output}: {readonly file: string; readonly output: string | null},
  read: Read = reader(dir),
): Promise<readonly DefinitionProblem[]> {
  const problems: DefinitionProblem[] = [];
  for (const {path, codelists, eventTable} of await modulesOf(file, read)) {
    for (const call of codelists) {
      const csv = await read(plainPath(call.file));
      problems.push(...codelistProblems(path, call, csv === null ? null : headerOf(csv)));
    }
    if (path === file && eventTable !== null)
      problems.push(...eventOutputProblem(file, eventTable, output));
  }
  return problems;
}

type Module = ReturnType<typeof readDefinitionText> & {
  readonly path: string;
  readonly text: string;
};

/** A definition and the files of the study that it imports, as Python finds them: beside it, and in the study's folder. */
async function modulesOf(file: string, read: Read): Promise<readonly Module[]> {
  const found: Module[] = [];
  const open = [file];
  const seen = new Set(open);
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const text = found.length < MOST_MODULES ? await read(path) : null;
    if (text === null) continue;
    const said = readDefinitionText(text);
    found.push({...said, path, text});
    for (const name of said.imports)
      for (const folder of [posix.dirname(file), '.']) {
        const module = posix.join(folder, `${name}.py`);
        if (seen.has(module) || module.startsWith('..')) continue;
        seen.add(module);
        open.push(module);
      }
  }
  return found;
}

/**
 * One word for what a definition is made from: another one whenever its file, a file that it imports, a codelist that these
 * name or a dummy table in `tables` is another. Null where the definition is not there.
 */
export async function definitionVersion(
  dir: string,
  file: string,
  tables: readonly string[],
): Promise<string | null> {
  const read = reader(dir);
  const modules = await modulesOf(file, read);
  if (modules.length === 0) return null;
  const hash = createHash('sha256');
  for (const {path, text, codelists} of modules) {
    hash.update(JSON.stringify([path, text]));
    for (const call of codelists) hash.update(JSON.stringify(await read(plainPath(call.file))));
  }
  for (const path of tables) {
    // a table may be large
    const found = await fileInStudy(dir, path);
    const {size, mtimeMs} = found.ok ? await stat(found.value) : {size: 0, mtimeMs: 0};
    hash.update(JSON.stringify([path, size, mtimeMs]));
  }
  return hash.digest('hex');
}

/** The same of every definition that actions run, as warnings at the run lines of its actions. */
export async function definitionWarnings(
  dir: string,
  actions: readonly Action[],
): Promise<readonly Problem[]> {
  const read = remembered(reader(dir));
  const problems: Problem[] = [];
  for (const run of ehrqlRuns(actions)) {
    if (run.file === null) continue;
    const found = await textProblems(dir, {file: plainPath(run.file), output: run.output}, read);
    problems.push(...asProblems(actions, run, found));
  }
  return problems;
}

/** What was found in the definitions of an open study, for its problems: the texts as they are, and what images said of them. */
export class KnownDefinitions {
  private readonly found = new Map<string, Found>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly state: StudyState) {}

  /** Called when more is known. */
  onNoted(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Keeps what an image said of an action's definition, for as long as its text is the same. */
  async note(run: EhrqlAction, problems: readonly DefinitionProblem[]): Promise<void> {
    const text = await reader(this.state.dir)(plainPath(run.file ?? ''));
    this.found.set(run.action, {run, text, problems});
    for (const listener of this.listeners) listener();
  }

  /** All of it as warnings of project.yaml. */
  async warnings({actions}: Pick<Project, 'actions'>): Promise<readonly Problem[]> {
    const read = remembered(reader(this.state.dir));
    const problems = new Map<string, Problem>();
    const add = (more: readonly Problem[]): void => {
      for (const each of more) problems.set(`${each.action ?? ''} ${each.message}`, each);
    };
    add(await definitionWarnings(this.state.dir, actions));
    const runs = ehrqlRuns(actions);
    for (const [action, {run, text, problems: kept}] of this.found) {
      const now = runs.find((each) => each.action === action);
      const isSame = JSON.stringify(now) === JSON.stringify(run);
      if (isSame && (await read(plainPath(run.file ?? ''))) === text)
        add(asProblems(actions, run, kept));
      else this.found.delete(action);
    }
    return [...problems.values()];
  }
}

interface Found {
  readonly run: EhrqlAction;
  readonly text: string | null;
  readonly problems: readonly DefinitionProblem[];
}

/** Problems of definitions as those of project.yaml are: at the run line, with the place in the definition in words. */
function asProblems(
  actions: readonly Action[],
  {action}: Pick<EhrqlAction, 'action'>,
  found: readonly DefinitionProblem[],
): readonly Problem[] {
  const span = actions.find(({name}) => name === action)?.run.span;
  if (span === undefined) return [];
  const {line, column, endLine, endColumn} = span;
  return found.map(({rule, message, hint, file, line: at}) => ({
    ...{line, column, endLine, endColumn},
    ...{severity: 'warning', source: 'study-desk', rule, action, hint, fixes: []},
    message: `${message.replace(/\.$/, '')} (${file}${at === null ? '' : `, line ${at}`}).`,
    why: DEFINITION_RULES[rule].reason,
    place: {file, line: at},
  }));
}

/** Names of columns; a mark of the byte order belongs to the first, as ehrQL has it. */
function headerOf(csv: string): readonly string[] {
  const mark = csv.startsWith('\uFEFF') ? '\uFEFF' : '';
  const table = openDummyTable(/[^\r\n]*/.exec(csv)?.[0] ?? '');
  const [first = '', ...others] = table.ok ? table.value.columns : [];
  return table.ok ? [mark + first, ...others] : [];
}

/** The text of a file of the study; null where it can't be read: what stands in its way is for ehrQL to report. */
function reader(dir: string): Read {
  return async (path) => {
    const found = await fileInStudy(dir, path);
    if (!found.ok) return null;
    return readRegularFile(found.value, MOST_BYTES).then(
      (bytes) => bytes.toString('utf8'),
      () => null,
    );
  };
}

function remembered(read: Read): Read {
  const known = new Map<string, Promise<string | null>>();
  return (path) => {
    const text = known.get(path) ?? read(path);
    known.set(path, text);
    return text;
  };
}
