import type {StudySnapshot} from '../../shared/study';
import type {FoldableAction, FoldNode} from './fold';
import {sharedWords} from './runScript';
import {groupsOf} from './similarActions';

/** A row or column of a grid: its name, and its actions in order, null where there is none. */
export interface VariantLine {
  readonly name: string;
  readonly actions: readonly (string | null)[];
}

/** A group's actions by the parts of their names that differ: each is in one cell, or in `rest`. */
export interface VariantGrid {
  readonly rows: readonly VariantLine[];
  readonly columns: readonly VariantLine[];
  /** The options of the run lines whose values name the rows: `cohort · outcome`; null where that is not so of all. */
  readonly rowHeading: string | null;
  /** The same of the columns. */
  readonly columnHeading: string | null;
  /** Members without a second one in their row, in file order. */
  readonly rest: readonly string[];
}

/** The least share of a group that a grid must hold. */
const LEAST_SHARE = 0.8;
/** Most words that name a column. */
const MOST_WORDS = 5;
/** Most columns: those further to the right are not found. */
const MOST_COLUMNS = 24;
/** Most sets of names of columns that are tried, those of the most actions. */
const MOST_SETS = 64;
/** The least share of cells that hold an action. */
const LEAST_FILLED = 0.4;
/** Letters of column heads that a usual window has space for, and what a cell needs at least. */
const WIDE = 76;
const NARROW = 9;

/** What is told apart: a name, or the arguments of a run line, with the places of its words. */
interface Text {
  readonly action: FoldableAction;
  readonly text: string;
  readonly words: readonly {readonly from: number; readonly to: number}[];
}

/** A text with a stretch left out, and which actions are so, by their stretch. */
interface Frame {
  readonly before: string;
  readonly behind: string;
  readonly actions: Map<string, FoldableAction>;
}

/** Actions by rows and columns; rows are what is left of a text without the name of its column. */
type Layout = ReadonlyMap<Frame, ReadonlyMap<string, FoldableAction>>;

/**
 * The grid of similar actions, given in file order: one stretch of their names, such as `s1` or `older_adults`, is the
 * column, the rest the row. Of all such grids it is the one with numbered columns, then that of the fewest rows without
 * much emptiness. Null where none of two rows and columns holds four of five.
 */
export function variantGrid(members: readonly FoldableAction[]): VariantGrid | null {
  return (
    gridOfTexts(
      members.map((action) => textOf(action, action.name, /[^_-]+/g)),
      MOST_WORDS,
    ) ??
    gridOfTexts(
      members.map((action) => textOf(action, argumentsOf(action), /[^ ]+/g)),
      1,
    )
  );
}

const grids = new WeakMap<FoldNode, VariantGrid | null>();

/** The grid of a group, found once for each reading of project.yaml; null for one that is none. */
export function gridOf(group: FoldNode, actions: readonly FoldableAction[]): VariantGrid | null {
  const known = grids.get(group);
  if (known !== undefined) return known;
  const members = new Set(group.members);
  const grid = variantGrid(actions.filter(({name}) => members.has(name)));
  grids.set(group, grid);
  return grid;
}

/** The name of the choice that keeps which group was shown as a grid, by its id. */
export const GRID_OF = 'grid.group';

/** The group that can be shown as a grid: that of the selected action, else the last one shown; null for none. */
export function gridGroup(state: {
  readonly study: Pick<StudySnapshot, 'project' | 'graph'> | null;
  readonly selection: string | null;
  readonly choices: Readonly<Record<string, string>>;
}): FoldNode | null {
  const {study, selection, choices} = state;
  const actions = study?.project?.actions ?? [];
  const groupOf = groupsOf(study);
  const selected = selection === null ? undefined : groupOf.get(selection);
  if (selected !== undefined && gridOf(selected, actions) !== null) return selected;
  const last = choices[GRID_OF];
  if (last === undefined) return null;
  for (const group of groupOf.values())
    if (group.id === last) return gridOf(group, actions) === null ? null : group;
  return null;
}

function textOf(action: FoldableAction, text: string, word: RegExp): Text {
  const words = [...text.matchAll(word)].map(({0: {length}, index}) => ({
    ...{from: index, to: index + length},
  }));
  return {action, text, words};
}

function argumentsOf({run}: FoldableAction): string {
  return run.argv.slice(1).join(' ');
}

function gridOfTexts(texts: readonly Text[], mostWords: number): VariantGrid | null {
  const {frames, byStretch} = framesOf(texts, mostWords);
  let best: {readonly cost: number; readonly layout: Layout} | null = null;
  for (const family of familiesOf(frames)) {
    const layout = layoutOf(family, byStretch);
    const cost = costOf(layout, texts.length);
    if (cost !== null && (best === null || cost < best.cost)) best = {cost, layout};
  }
  return best === null ? null : namedGrid(best.layout, texts);
}

/** The frames of these texts, and the stretches of words in them, each with the frames it is in. */
function framesOf(
  texts: readonly Text[],
  mostWords: number,
): {readonly frames: readonly Frame[]; readonly byStretch: ReadonlyMap<string, readonly Frame[]>} {
  const frames: Frame[] = [];
  const byEnds = new Map<string, Map<string, Frame>>();
  const byStretch = new Map<string, Frame[]>();
  for (const {action, text, words} of texts)
    words.forEach(({from}, first) => {
      const before = text.slice(0, from);
      const byEnd = byEnds.get(before) ?? new Map<string, Frame>();
      byEnds.set(before, byEnd);
      for (const {to} of words.slice(first, first + mostWords)) {
        const behind = text.slice(to);
        let frame = byEnd.get(behind);
        if (frame === undefined) {
          frame = {before, behind, actions: new Map()};
          byEnd.set(behind, frame);
          frames.push(frame);
        }
        const stretch = text.slice(from, to);
        if (frame.actions.has(stretch)) continue;
        frame.actions.set(stretch, action);
        const known = byStretch.get(stretch);
        if (known === undefined) byStretch.set(stretch, [frame]);
        else known.push(frame);
      }
    });
  return {frames, byStretch};
}

/** Sets of stretches that stand for each other: those of a frame, and together those of frames that share half of them. */
function familiesOf(frames: readonly Frame[]): readonly ReadonlySet<string>[] {
  const keyOf = (stretches: Iterable<string>): string => [...stretches].sort().join('\n');
  const held = new Map<string, {readonly set: ReadonlySet<string>; readonly count: number}>();
  for (const {actions} of frames) {
    if (actions.size < 2 || actions.size > MOST_COLUMNS) continue;
    const key = keyOf(actions.keys());
    const {set, count} = held.get(key) ?? {set: new Set(actions.keys()), count: 0};
    held.set(key, {set, count: count + actions.size});
  }
  const all = [...held.values()]
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_SETS)
    .map(({set}) => set)
    .sort((one, other) => other.size - one.size);
  const families = new Map(all.map((set) => [keyOf(set), set]));
  for (const set of all) {
    const family = new Set(set);
    for (const other of all) {
      const shared = [...other].filter((stretch) => family.has(stretch)).length;
      if (shared * 2 >= Math.min(other.size, family.size))
        other.forEach((stretch) => family.add(stretch));
    }
    families.set(keyOf(family), family);
  }
  return [...families.values()];
}

/** The rows of a family, without those of one action, which any name would have. */
function layoutOf(
  family: ReadonlySet<string>,
  byStretch: ReadonlyMap<string, readonly Frame[]>,
): Layout {
  const sizes = new Map<Frame, number>();
  for (const stretch of family)
    for (const frame of byStretch.get(stretch) ?? []) sizes.set(frame, (sizes.get(frame) ?? 0) + 1);
  const rows = new Map<Frame, Map<string, FoldableAction>>();
  const placed = new Set<FoldableAction>();
  // an action that is in several rows is in the longest
  for (const [frame] of [...sizes].sort(([, a], [, b]) => b - a))
    for (const [stretch, action] of frame.actions) {
      if (!family.has(stretch) || placed.has(action)) continue;
      placed.add(action);
      const row = rows.get(frame) ?? new Map<string, FoldableAction>();
      rows.set(frame, row.set(stretch, action));
    }
  for (const [frame, row] of rows) if (row.size < 2) rows.delete(frame);
  return rows;
}

function columnsOf(layout: Layout): ReadonlyMap<string, readonly FoldableAction[]> {
  const columns = new Map<string, FoldableAction[]>();
  for (const row of layout.values())
    for (const [stretch, action] of row) {
      const known = columns.get(stretch);
      if (known === undefined) columns.set(stretch, [action]);
      else known.push(action);
    }
  return columns;
}

/** What a grid of a group of `count` costs its reader, in rows; null where it holds too little of it, or is none. */
function costOf(layout: Layout, count: number): number | null {
  const columns = [...columnsOf(layout).keys()];
  const held = [...layout.values()].reduce((sum, row) => sum + row.size, 0);
  const filled = held / (layout.size * columns.length);
  const fits = held >= LEAST_SHARE * count && filled >= LEAST_FILLED;
  if (!fits || layout.size < 2 || columns.length < 2 || columns.length > MOST_COLUMNS) return null;
  const width = columns.reduce((sum, {length}) => sum + Math.max(NARROW, length), 0);
  const beyond = Math.max(0, width - WIDE) / NARROW;
  const cost = layout.size + 3 * beyond + (count - held);
  // of equal ones the columns without words that all share
  return cost * (areNumbered(columns) ? 0.5 : 1) + columns.join('').length / 10_000;
}

const NUMBER = /\d+/;

/** Whether these differ in one number alone, such as `s1` and `s2`. */
function areNumbered(columns: readonly string[]): boolean {
  const letters = new Set(columns.map((name) => name.replace(NUMBER, '#')));
  return letters.size === 1 && columns.every((name) => NUMBER.test(name));
}

/** The grid with its lines in file order, numbered columns by their numbers, and their names. */
function namedGrid(layout: Layout, texts: readonly Text[]): VariantGrid {
  const place = new Map(texts.map(({action}, at) => [action, at]));
  const placeOf = (action: FoldableAction | undefined): number =>
    action === undefined ? 0 : (place.get(action) ?? 0);
  const firstOf = (actions: Iterable<FoldableAction>): number =>
    Math.min(...[...actions].map(placeOf));
  const columns = [...columnsOf(layout)].sort(([, a], [, b]) => firstOf(a) - firstOf(b));
  if (areNumbered(columns.map(([name]) => name)))
    columns.sort(([a], [b]) => Number(NUMBER.exec(a)?.[0]) - Number(NUMBER.exec(b)?.[0]));
  const rows = [...layout].sort(([, a], [, b]) => firstOf(a.values()) - firstOf(b.values()));
  const parts = rowParts(rows.map(([frame, row]) => ({frame, action: [...row.values()][0]})));
  const held = new Set(rows.flatMap(([, row]) => [...row.values()]));
  return {
    rows: rows.map(([, row], at) => ({
      name: (parts[at] ?? []).join(' · '),
      actions: columns.map(([stretch]) => row.get(stretch)?.name ?? null),
    })),
    columns: columns.map(([name]) => ({
      name,
      actions: rows.map(([, row]) => row.get(name)?.name ?? null),
    })),
    rowHeading: headingOf(rows.map(([, row], at) => [parts[at] ?? [], [...row.values()]])),
    columnHeading: headingOf(columns.map(([name, actions]) => [[name], actions])),
    rest: texts.filter(({action}) => !held.has(action)).map(({action}) => action.name),
  };
}

/** A word of a row's name, or several that are one argument of its run line. */
interface Token {
  readonly text: string;
  readonly isArgument: boolean;
}

/**
 * The name of each row in its parts: the words that not all rows have. They are apart where something was left out
 * between them, and where one is an argument by itself. No two are the same and none is empty.
 */
function rowParts(
  rows: readonly {readonly frame: Frame; readonly action: FoldableAction | undefined}[],
): readonly (readonly string[])[] {
  const sides = rows.map(({frame, action}) =>
    [frame.before, frame.behind].map((text) => tokensOf(text, valuesOf(action))),
  );
  const shared: (readonly string[])[] = [0, 1].map((side) =>
    sides
      .map((tokens): readonly string[] => (tokens[side] ?? []).map(({text}) => text))
      .reduce((common, words) => sharedWords(common, words)),
  );
  for (;;) {
    const named = sides.map((tokens) =>
      tokens.flatMap((side, at) => differingOf(side, shared[at] ?? [])),
    );
    const names = named.map((parts) => parts.join(' · '));
    if (new Set(names).size === names.length && !names.includes('')) return named;
    // a word more that all share
    const [before = [], behind = []] = shared;
    if (before.length > 0) shared[0] = before.slice(0, -1);
    else if (behind.length > 0) shared[1] = behind.slice(1);
    else return rows.map(({frame}) => [`${frame.before}…${frame.behind}`]);
  }
}

/** The words of a text, those together that are one of these values. */
function tokensOf(text: string, values: readonly string[]): readonly Token[] {
  const words = text.split(/[_ -]+/).filter((word) => word !== '');
  const tokens: Token[] = [];
  for (let at = 0; at < words.length;) {
    let end = words.length;
    while (end > at && !values.includes(words.slice(at, end).join('_'))) end -= 1;
    const isArgument = end > at;
    if (!isArgument) end = at + 1;
    tokens.push({text: words.slice(at, end).join('_'), isArgument});
    at = end;
  }
  return tokens;
}

/** The parts of these words that are between the shared ones. */
function differingOf(tokens: readonly Token[], shared: readonly string[]): readonly string[] {
  const parts: string[] = [];
  let [next, isOpen] = [0, false];
  for (const {text, isArgument} of tokens) {
    if (text === shared[next]) {
      next += 1;
      isOpen = false;
      continue;
    }
    const last = parts.pop();
    if (last === undefined) parts.push(text);
    else if (isOpen && !isArgument) parts.push(`${last}_${text}`);
    else parts.push(last, text);
    isOpen = !isArgument;
  }
  return parts;
}

/** The arguments of a run line by their options, those without one by their place; words are joined as in names. */
function optionsOf({run}: FoldableAction): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  let option: string | null = null;
  run.argv.slice(1).forEach((argument, at) => {
    const [, name, value] = /^--?([a-z][^=]*)(?:=(.*))?$/i.exec(argument) ?? [];
    const given = name === undefined ? argument : value;
    if (given !== undefined) options.set(name ?? option ?? `#${at}`, given.replace(/-/g, '_'));
    option = given === undefined ? (name ?? null) : null;
  });
  return options;
}

function valuesOf(action: FoldableAction | undefined): readonly string[] {
  return action === undefined ? [] : [...optionsOf(action).values()];
}

/** The options whose values the parts of these names are, for all actions of each line; null where that is not so. */
function headingOf(
  lines: readonly (readonly [parts: readonly string[], actions: readonly FoldableAction[]])[],
): string | null {
  const [first] = lines;
  if (first === undefined) return null;
  const [parts, [action]] = first;
  if (action === undefined || lines.some(([{length}]) => length !== parts.length)) return null;
  const headings = parts.map((_, at) =>
    [...optionsOf(action).keys()].find(
      (option) =>
        !option.startsWith('#') &&
        lines.every(([those, actions]) =>
          actions.every((each) => optionsOf(each).get(option) === those[at]?.replace(/-/g, '_')),
        ),
    ),
  );
  return headings.includes(undefined) ? null : headings.join(' · ');
}
