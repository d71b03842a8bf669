import {type AppError, failWith} from '../../shared/errors';
import type {TextEdit} from '../../shared/problem';
import {ok, type Result} from '../../shared/result';
import {plainAction} from './actionEdits';
import {ehrqlOptionOf, readEhrqlRun} from './ehrqlRun';
import {applyTextEdits} from './quickFixes';
import {readProject} from './readProject';
import {shellJoin} from './tokenise';
import {readYaml} from './yaml/readYaml';
import type {Place} from './yaml/yamlValue';

/**
 * The edits that put other words in place of those of a run line, several for one or the same, each where it is; null where
 * one is not written as it is read.
 */
export function runWordEdits(
  text: string,
  {from, to}: Place,
  before: readonly string[],
  after: readonly (readonly string[])[],
): readonly TextEdit[] | null {
  const edits: TextEdit[] = [];
  let at = from;
  for (const [index, word] of before.entries()) {
    const found = [word, shellJoin([word])]
      .map((written) => ({written, start: text.indexOf(written, at)}))
      .filter(({written, start}) => start >= 0 && start + written.length <= to)
      .sort(
        (left, right) => left.start - right.start || right.written.length - left.written.length,
      )[0];
    if (found === undefined) return null;
    at = found.start + found.written.length;
    const next = after[index] ?? [word];
    if (next.length === 1 && next[0] === word) continue;
    const isQuoted = /['"]/.test(text.charAt(found.start - 1)) && found.written === word;
    const insert = isQuoted && next.length === 1 ? (next[0] ?? '') : shellJoin(next);
    edits.push({from: found.start, to: at, insert});
  }
  return edits;
}

/** The edits that give an option of an action that runs ehrQL a value: in place of the one it has, else behind the definition. */
export function ehrqlOptionEdits(
  text: string,
  action: string,
  option: '--dummy-tables' | '--test-data-file',
  value: string,
): Result<readonly TextEdit[], AppError> {
  const argv = argvOf(text, action);
  const run = argv === null ? null : readEhrqlRun(argv);
  if (argv === null || run === null || run.file === null)
    return failWith('invalid-request', `${action} runs no definition in ehrQL.`);
  const dashes = argv.indexOf('--');
  const own = dashes < 0 ? argv : argv.slice(0, dashes);
  const given = own.map((word) => ehrqlOptionOf(word.split('=')[0] ?? '')).lastIndexOf(option);
  const isJoined = own[given]?.includes('=') === true;
  const file = own.indexOf(run.file, 2);
  const at = given < 0 ? file : isJoined ? given : given + 1;
  const after = argv.map((word, index): readonly string[] => {
    if (index !== at) return [word];
    if (given < 0) return [word, option, value];
    return [isJoined ? `${option}=${value}` : value];
  });
  const hint = `Add \`${shellJoin([option, value])}\` to it in project.yaml.`;
  return wordsOfAction(text, {action, argv, after}, hint);
}

/** The edits that have an action run on another image, such as `r:v3`. */
export function imageEdits(
  text: string,
  action: string,
  image: string,
): Result<readonly TextEdit[], AppError> {
  const argv = argvOf(text, action);
  if (argv === null) return failWith('not-found', `There is no action ${action}.`);
  const after = argv.map((word, at): readonly string[] => [at === 0 ? image : word]);
  return wordsOfAction(text, {action, argv, after}, `Write \`${image}\` in project.yaml.`);
}

/** The edits that put other words in the run line of an action; refused, with the hint, where they would not be read as meant. */
function wordsOfAction(
  text: string,
  line: {
    readonly action: string;
    readonly argv: readonly string[];
    readonly after: readonly (readonly string[])[];
  },
  hint: string,
): Result<readonly TextEdit[], AppError> {
  const {action, argv, after} = line;
  const {root} = readYaml(text);
  const actions = root?.kind === 'map' ? root.entries.get('tactions')?.value : undefined;
  const map = actions?.kind === 'map' ? plainAction(text, actions, action) : null;
  const place = map?.entries.get('trun')?.value;
  const edits = place === undefined ? null : runWordEdits(text, place, argv, after);
  const changed = edits === null ? null : applyTextEdits(text, edits);
  const now = changed === null ? null : argvOf(changed, action);
  return edits !== null && JSON.stringify(now) === JSON.stringify(after.flat())
    ? ok(edits)
    : failWith('invalid-request', `The run line of ${action} can’t be changed for you.`, {hint});
}

function argvOf(text: string, action: string): readonly string[] | null {
  const {project} = readProject(text);
  return project?.actions.find(({name}) => name === action)?.run.argv ?? null;
}
