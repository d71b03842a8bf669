import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {appError, failWith, type AppError} from '../../../shared/errors';
import {plainPath, type EhrqlAction} from '../../../shared/dataset';
import {formatList} from '../../../shared/format';
import type {Action, Project} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {escapeRegExp} from '../../../shared/escapeRegExp';
import {readEhrqlRun} from '../../study/ehrqlRun';
import {fileInStudy} from '../../files/fileInStudy';
import {readRegularFile} from '../../files/openFile';
import {currentTag} from '../../study/knownImages';
import {listStudyFiles} from '../project/listStudyFiles';
import {NO_PROJECT} from '../runs/studyPorts';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** A definition, and the action that it is run as. */
export interface Definition {
  /** Null for a file that no action runs. */
  readonly run: EhrqlAction | null;
  readonly file: string;
  readonly args: readonly string[];
  /** The one of the study, or one that stands for a file that no action runs. */
  readonly action: Action;
  readonly project: Project;
}

/** The actions that run ehrQL, of some. */
export function ehrqlRuns(actions: readonly Action[]): readonly EhrqlAction[] {
  return actions.flatMap((action) => {
    const found = readEhrqlRun(action.run.argv);
    return found === null ? [] : [{action: action.name, ...found}];
  });
}

/** Those of a study. */
export function ehrqlActions(state: StudyState): readonly EhrqlAction[] {
  return ehrqlRuns(state.snapshot().project?.actions ?? []);
}

/** What a name is: an action, or a file, once for each action that runs it or tests it. */
export async function definitionsOf(state: StudyState, of: string): Answer<readonly Definition[]> {
  const {project} = state.snapshot();
  const actions = project?.actions ?? [];
  const runs = ehrqlActions(state);
  const asRun = (run: EhrqlAction, file: string): readonly Definition[] =>
    actions
      .filter(({name}) => name === run.action)
      .map((action) => ({run, file, args: run.args, action, project: project ?? NO_PROJECT}));
  if (actions.some(({name}) => name === of)) {
    const run = runs.find(({action}) => action === of);
    if (run === undefined) return err(noEhrql(of, runs));
    return run.file === null
      ? failWith('invalid-request', `The run line of ${of} names no definition.`)
      : ok(asRun(run, plainPath(run.file)));
  }
  const file = plainPath(of);
  const there = await fileInStudy(state.dir, file);
  if (!there.ok)
    return existsSync(join(state.dir, file))
      ? there
      : failWith('not-found', `There is no action or file ${of} in the study.`);
  const running = runs.filter((run) => run.file !== null && plainPath(run.file) === file);
  const testing = runs.filter(
    ({testDataFile}) => testDataFile !== null && plainPath(testDataFile) === file,
  );
  const named = running.length > 0 ? running : testing;
  const tested = named.length > 0 ? named : await testedBy(state, runs, file);
  const found = tested.flatMap((run) => asRun(run, file));
  if (found.length > 0) return ok(found);
  return ok([
    {run: null, file, args: [], action: standIn(actions, file), project: project ?? NO_PROJECT},
  ]);
}

/** An action that a file could be run as, in the image of those that run ehrQL where they agree on one. */
function standIn(actions: readonly Action[], file: string): Action {
  const [first, ...others] = new Set(
    actions.flatMap(({run}) => (run.imageName === 'ehrql' ? [run.imageTag] : [])),
  );
  const imageTag = first === undefined || others.length > 0 ? currentTag('ehrql') : first;
  const argv = [`ehrql:${imageTag}`, 'debug', file];
  const span = {line: 1, column: 1, endLine: 1, endColumn: 1};
  return {
    name: file,
    run: {raw: argv.join(' '), argv, imageName: 'ehrql', imageTag, span},
    ...{needs: [], outputs: [], tiers: [], configJson: null, containerArgs: argv.slice(1)},
    ...{commandWithConfig: null, dummyDataFile: null, usesDatabase: true, span},
  };
}

function noEhrql(action: string, runs: readonly EhrqlAction[]): AppError {
  const names = runs.map((run) => run.action);
  return appError('invalid-request', `${action} runs no definition in ehrQL.`, {
    hint:
      names.length === 0
        ? 'No action of the study does.'
        : `These do: ${formatList(names.slice(0, 5))}.`,
  });
}

/** Files that may hold test data: more are not read. */
const MOST_FILES = 500;
const TEST_DATA = /^test_data\s*(?::[^=\n]+)?=/m;

/** The actions whose definition a file has assurance tests of, though no run line names it. */
async function testedBy(
  state: StudyState,
  runs: readonly EhrqlAction[],
  file: string,
): Promise<readonly EhrqlAction[]> {
  const text = await textOf(state, file);
  return text.ok ? runs.filter((run) => isTestOf(text.value, plainPath(run.file ?? ''))) : [];
}

/** Whether a text has test data, and imports a definition. */
function isTestOf(text: string, definition: string): boolean {
  const module = (definition.split('/').at(-1) ?? definition).replace(/\.py$/, '');
  const imports = new RegExp(
    `^\\s*(?:from|import)\\s+(?:[\\w.]+\\.)?${escapeRegExp(module)}\\b`,
    'm',
  );
  return TEST_DATA.test(text) && module !== '' && imports.test(text);
}

/**
 * The files with assurance tests of a definition: the one that the run line names, and those that define `test_data` and are
 * the definition or import it. Of a test file it is that one.
 */
export async function testFilesOf(
  state: StudyState,
  {file, run}: Pick<Definition, 'file' | 'run'>,
): Promise<readonly string[]> {
  if (run !== null && plainPath(run.file ?? '') !== file) return [file];
  const named = run?.testDataFile ?? null;
  const found = new Set(named === null ? [] : [plainPath(named)]);
  const all = [...((await listStudyFiles(state.dir)) ?? [])].filter((path) => path.endsWith('.py'));
  for (const path of all.slice(0, MOST_FILES)) {
    const text = await textOf(state, path);
    if (!text.ok) continue;
    if (path === file ? TEST_DATA.test(text.value) : isTestOf(text.value, file)) found.add(path);
  }
  return [...found];
}

/** The text of a file of the study. */
export async function textOf(state: StudyState, path: string): Promise<Result<string, AppError>> {
  const found = await fileInStudy(state.dir, path);
  if (!found.ok) return found;
  try {
    return ok((await readRegularFile(found.value)).toString('utf8'));
  } catch (error) {
    return failWith('file-system', `${path} can't be read.`, {detail: String(error)});
  }
}
