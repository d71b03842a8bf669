import {type AppError, failWith} from '../../shared/errors';
import {formatList} from '../../shared/format';
import type {TextEdit} from '../../shared/problem';
import type {Action, Project} from '../../shared/project';
import {nameFault} from '../../shared/projectEdit';
import {MOST_VALUES, parametersOf, type Repeat} from '../../shared/repeat';
import {ok, type Result} from '../../shared/result';
import {escapeRegExp} from '../../shared/escapeRegExp';
import {endOfBlock, styleOf} from './addAction';
import {plainAction} from './actionEdits';
import {applyTextEdits, lineStart, replaceScalar} from './quickFixes';
import {readProject} from './readProject';
import {runWordEdits} from './runWordEdits';
import {readYaml} from './yaml/readYaml';
import type {YamlMap, YamlValue} from './yaml/yamlValue';

/** The edits that repeat an action, the names of the new ones, and what the edits can't do. */
export interface RepeatEdits {
  readonly edits: readonly TextEdit[];
  readonly actions: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Makes several actions out of one, one for each value of a parameter, in the way it is written, each where it was: with the
 * value in its name, its outputs, and in the paths of them in run lines. What is repeated with it needs the one of the same
 * value, all else that needs it each of them. Comments stay. Fails where a value, name or parameter can't be used, and where it
 * is not certain that the file means that afterwards.
 */
export function repeatEdits(text: string, repeat: Repeat): Result<RepeatEdits, AppError> {
  const {project} = readProject(text);
  const {root} = readYaml(text);
  const actions = root?.kind === 'map' ? root.entries.get('tactions')?.value : undefined;
  if (project === null || actions?.kind !== 'map')
    return failWith('invalid-project', 'project.yaml has errors, so no action can be repeated.', {
      hint: 'Fix the problems listed for it first.',
    });
  const checked = planOf(project, repeat);
  if (!checked.ok) return checked;
  const plan = checked.value;
  const edits: TextEdit[] = [];
  for (const action of project.actions) {
    const copies = plan.copies.get(action.name);
    const found =
      copies === undefined
        ? otherEdits(text, actions, action, plan)
        : copyEdits(text, actions, action, copies);
    if (found === null) return byHand(action.name);
    edits.push(...found);
  }
  const after = applyTextEdits(text, edits);
  const read = after === null ? null : readProject(after).project;
  if (read === null || meaning(read.actions) !== meaning(expected(project, plan)))
    return byHand(repeat.action);
  return ok({
    edits,
    actions: project.actions.flatMap(
      ({name}) => plan.copies.get(name)?.map((copy) => copy.name) ?? [],
    ),
    notes: notesOf(project, plan),
  });
}

/** One action of a repeat, in what differs from the one that it is made of. */
interface Copy {
  readonly name: string;
  readonly argv: readonly string[];
  readonly needs: readonly string[];
  /** In the order of the outputs. */
  readonly patterns: readonly string[];
}

interface Plan {
  /** By the action that they are made of. */
  readonly copies: ReadonlyMap<string, readonly Copy[]>;
}

function planOf(
  project: Project,
  {action, at, values, downstream}: Repeat,
): Result<Plan, AppError> {
  const of = (name: string) => project.actions.find((each) => each.name === name);
  const repeated = new Set([action, ...downstream]);
  const missing = [...repeated].find((name) => of(name) === undefined);
  if (missing !== undefined) return failWith('not-found', `There is no action ${missing}.`);
  const parameter = parametersOf(of(action)?.run.argv ?? []).find((each) => each.at === at);
  if (parameter === undefined)
    return failWith('invalid-request', `${action} has no such parameter to repeat it for.`, {
      hint: 'In ehrQL, parameters follow `--` in the run line.',
    });
  const fault = valuesFault(values);
  if (fault !== null) return failWith('invalid-request', fault);
  const apart = downstream.find(
    (name) => of(name)?.needs.some((need) => repeated.has(need)) !== true,
  );
  if (apart !== undefined)
    return failWith('invalid-request', `${apart} needs none of the actions that are repeated.`);
  const chosen = project.actions.filter(({name}) => repeated.has(name));
  const others = project.actions.filter(({name}) => !repeated.has(name));
  const taken = others.map(({name}) => name);
  // a folder that others write into too stays where it is
  const fixed = others.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const copies = new Map<string, Copy[]>(chosen.map(({name}) => [name, []]));
  for (const value of values) {
    const put = (words: string) => withValue(words, parameter.value, value);
    const paths = new Map<string, string>();
    for (const each of chosen)
      for (const [from, to] of movedPaths(each, fixed, put)) paths.set(from, to);
    for (const each of chosen) {
      const name = put(each.name);
      const wrong = nameFault(name, taken);
      if (wrong !== null)
        return failWith('invalid-request', `An action can’t be called ${name}.`, {hint: wrong});
      taken.push(name);
      copies.get(each.name)?.push({
        name,
        argv: each.run.argv.map((word, index) =>
          each.name === action && index === at
            ? word.slice(0, word.length - parameter.value.length) + value
            : movedWord(word, paths),
        ),
        needs: each.needs.map((need) => (repeated.has(need) ? put(need) : need)),
        patterns: each.outputs.map(({pattern}) => paths.get(pattern) ?? pattern),
      });
    }
  }
  return ok({copies});
}

function valuesFault(values: readonly string[]): string | null {
  if (values.length === 0) return 'There is no value to repeat the action for.';
  if (values.length > MOST_VALUES)
    return `An action is repeated for ${String(MOST_VALUES)} values at most.`;
  const seen = new Map<string, string>();
  for (const value of values) {
    if (!/[A-Za-z0-9]/.test(value) || /[\r\n\0]/.test(value))
      return `“${value}” can’t be the value of a parameter in a name: it has no letter or digit, or breaks a line.`;
    const other = seen.get(plainWord(value));
    if (other === value) return `The value ${value} is there twice.`;
    if (other !== undefined) return `The values ${other} and ${value} would have the same name.`;
    seen.set(plainWord(value), value);
  }
  return null;
}

/** A value as names and files have it. */
function plainWord(value: string): string {
  return value.replace(/[^A-Za-z0-9_-]+/g, '_');
}

/** How a date or another value may be written in a name. */
const WRITTEN: readonly ((value: string) => string)[] = [
  plainWord,
  (value) => plainWord(value).replaceAll('-', '_'),
  (value) => plainWord(value).replaceAll(/[-_]/g, ''),
];

/** A name or path with another value in it: in place of the old one where it has that, else at its end. */
function withValue(words: string, old: string, value: string): string {
  for (const form of WRITTEN) {
    if (form(old) === '') continue;
    const pattern = new RegExp(`(?<![A-Za-z0-9])${escapeRegExp(form(old))}(?![A-Za-z0-9])`, 'g');
    if (pattern.test(words)) return words.replace(pattern, () => form(value));
  }
  const [ending = ''] = /(?:\.[A-Za-z]\w*)?(?:\.gz)?\/?$/.exec(words) ?? [];
  return `${words.slice(0, words.length - ending.length)}_${plainWord(value)}${ending}`;
}

/** Each path that an action writes, and where the repeat writes it: files, and folders that the run line names. */
function movedPaths(
  {run, outputs}: Action,
  fixed: readonly string[],
  put: (path: string) => string,
): readonly (readonly [string, string])[] {
  const words = run.argv.map((word) => pathIn(word).path);
  return outputs.flatMap(({pattern}): readonly (readonly [string, string])[] => {
    const folder = words
      .filter((word) => word.includes('/') && pattern.startsWith(`${word}/`))
      .filter((word) => !fixed.some((path) => path.startsWith(`${word}/`)))
      .sort((left, right) => right.length - left.length)[0];
    if (folder === undefined || words.includes(pattern)) return [[pattern, put(pattern)]];
    const moved = put(folder);
    return [
      [folder, moved],
      [pattern, moved + pattern.slice(folder.length)],
    ];
  });
}

/** The path in a word of a run line, and what is around it: `--output=`, a `/` at its end, or `:csv` of a folder. */
function pathIn(word: string): {
  readonly before: string;
  readonly path: string;
  readonly after: string;
} {
  const [, before = '', path = '', after = ''] =
    /^(--?[A-Za-z][\w-]*=)?(.*?)(\/*(?::[a-z.]+)?)$/s.exec(word) ?? [];
  return {before, path, after};
}

function movedWord(word: string, paths: ReadonlyMap<string, string>): string {
  const {before, path, after} = pathIn(word);
  const moved = paths.get(path);
  return moved === undefined ? word : `${before}${moved}${after}`;
}

/** The block of an action, written once for each copy. */
function copyEdits(
  text: string,
  actions: YamlMap,
  action: Action,
  copies: readonly Copy[],
): readonly TextEdit[] | null {
  const map = plainAction(text, actions, action.name);
  const key = actions.entries.get(`t${action.name}`)?.key;
  if (map === null || key === undefined) return null;
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  const style = styleOf(text, actions, lineEnd);
  const from = lineStart(text, key.from);
  const to = endOfBlock(text, map, style.nameIndent + 1);
  const block = text.slice(from, to);
  const blocks: string[] = [];
  for (const copy of copies) {
    const edits = inBlock(text, map, key, action, copy);
    const written =
      edits === null
        ? null
        : applyTextEdits(
            block,
            edits.map((edit) => ({...edit, from: edit.from - from, to: edit.to - from})),
          );
    if (written === null) return null;
    blocks.push(written);
  }
  const endsLine = /[\r\n]$/.test(block) ? '' : lineEnd;
  return [{from, to, insert: blocks.join(endsLine + (style.blankBetween ? lineEnd : ''))}];
}

function inBlock(
  text: string,
  map: YamlMap,
  key: YamlValue,
  action: Action,
  copy: Copy,
): readonly TextEdit[] | null {
  const edits: TextEdit[] = [];
  let isCertain = true;
  const add = (found: readonly TextEdit[] | null | undefined): void => {
    if (found === undefined || found === null) isCertain = false;
    else edits.push(...found);
  };
  const swap = (place: YamlValue | undefined, before: string, after: string): void => {
    if (before !== after) add(place && replaceScalar(text, place, before, after, '')?.edits);
  };
  swap(key, action.name, copy.name);
  const needs = map.entries.get('tneeds')?.value;
  for (const [at, need] of action.needs.entries())
    swap(needs?.kind === 'list' ? needs.items[at] : undefined, need, copy.needs[at] ?? need);
  const run = map.entries.get('trun')?.value;
  add(
    run &&
      runWordEdits(
        text,
        run,
        action.run.argv,
        copy.argv.map((word) => [word]),
      ),
  );
  const outputs = map.entries.get('toutputs')?.value;
  for (const [at, {tier, label, pattern}] of action.outputs.entries()) {
    const files = outputs?.kind === 'map' ? outputs.entries.get(`t${tier}`)?.value : undefined;
    const place = files?.kind === 'map' ? files.entries.get(`t${label}`)?.value : undefined;
    swap(place, pattern, copy.patterns[at] ?? pattern);
  }
  return isCertain ? edits : null;
}

/** An action that is not repeated: it needs each of those that an action has become. */
function otherEdits(
  text: string,
  actions: YamlMap,
  {name, needs}: Action,
  {copies}: Plan,
): readonly TextEdit[] | null {
  if (!needs.some((need) => copies.has(need))) return [];
  const list = plainAction(text, actions, name)?.entries.get('tneeds')?.value;
  if (list?.kind !== 'list') return null;
  const edits: TextEdit[] = [];
  for (const [at, need] of needs.entries()) {
    const made = copies.get(need);
    const item = list.items[at];
    if (made === undefined) continue;
    if (item === undefined) return null;
    const dash = /[\r\n]([ \t]*-[ \t]+)$/.exec(text.slice(0, item.from))?.[1];
    const isFlow = text.charAt(list.from) === '[';
    if (!isFlow && dash === undefined) return null;
    const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
    const insert = made.map((copy) => copy.name).join(isFlow ? ', ' : `${lineEnd}${dash ?? ''}`);
    edits.push({from: item.from, to: item.to, insert});
  }
  return edits;
}

/** The actions as they are to be afterwards. */
function expected(project: Project, {copies}: Plan): readonly Meant[] {
  return project.actions.flatMap((action): readonly Meant[] => {
    const made = copies.get(action.name);
    if (made === undefined)
      return [
        {
          ...action,
          needs: action.needs.flatMap(
            (need) => copies.get(need)?.map((copy) => copy.name) ?? [need],
          ),
        },
      ];
    return made.map(({name, argv, needs, patterns}) => ({
      ...{name, needs, run: {argv}, configJson: action.configJson},
      outputs: action.outputs.map((output, at) => ({
        ...output,
        pattern: patterns[at] ?? output.pattern,
      })),
    }));
  });
}

type Meant = Pick<Action, 'name' | 'needs' | 'outputs' | 'configJson'> & {
  readonly run: Pick<Action['run'], 'argv'>;
};

function meaning(actions: readonly Meant[]): string {
  return JSON.stringify(
    actions.map(({name, needs, run, configJson, outputs}) => [
      ...[name, needs, run.argv, configJson],
      outputs.map(({tier, label, pattern}) => [tier, label, pattern]),
    ]),
  );
}

/** What scripts must do for themselves: run lines do not name all that they write and read. */
function notesOf(project: Project, {copies}: Plan): readonly string[] {
  const moved = new Set(
    project.actions.flatMap(({name, outputs}) =>
      copies.has(name) ? outputs.map(({pattern}) => pattern) : [],
    ),
  );
  return project.actions.flatMap(({name, run, needs, outputs}): readonly string[] => {
    const [copy] = copies.get(name) ?? [];
    const named = run.argv.map((word) => pathIn(word).path);
    const isNamed = (pattern: string) =>
      named.some(
        (path) => path === pattern || (path.includes('/') && pattern.startsWith(`${path}/`)),
      );
    if (copy !== undefined) {
      if (copy.argv.every((word, at) => word === run.argv[at]))
        return [
          `The run line of ${name} names nothing that differs: all of its repeats run the same command, and must be told apart in it.`,
        ];
      const silent = outputs.flatMap(({pattern}, at) =>
        isNamed(pattern) ? [] : [copy.patterns[at] ?? pattern],
      );
      return silent.length === 0
        ? []
        : [
            `The script of ${name} must write ${formatList(silent, 3)} itself: the run line does not name it.`,
          ];
    }
    const gone = needs.some((need) => copies.has(need))
      ? named.filter((path) => moved.has(path))
      : [];
    return gone.length === 0
      ? []
      : [`The run line of ${name} names ${formatList(gone, 3)}, which no action writes any more.`];
  });
}

function byHand(name: string): Result<never, AppError> {
  return failWith('invalid-request', `${name} can’t be repeated for you.`, {
    why: 'The way it is written in project.yaml is not one that can safely be changed.',
    hint: 'Write its name, run line, needs and outputs in plain words, one below the other, then try again.',
  });
}
