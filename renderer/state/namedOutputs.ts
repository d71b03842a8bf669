import type {ExpectedPattern, OutputsListing} from '../../shared/output';
import type {DeskState} from './deskStore';
import {pickedNames} from './selection';
import {actionNamed, outputAt, remember} from './selectors';

/**
 * The paths of an action's outputs that are on disk, by the names that project.yaml has for them; where several files match
 * a pattern, each with its file's name behind it.
 */
export function namedOutputs(state: DeskState, action: string): ReadonlyMap<string, string> {
  const patterns = state.outputs === null ? [] : (patternsOf(state.outputs).get(action) ?? []);
  const named = new Map<string, string>();
  for (const {label, pattern} of actionNamed(state, action)?.outputs ?? []) {
    const found = patterns.find((each) => each.pattern === pattern)?.files ?? [];
    const files = found.filter((path) => outputAt(state, path)?.present === true);
    for (const path of files)
      named.set(files.length === 1 ? label : `${label} ${path.replace(/.*\//, '')}`, path);
  }
  return named;
}

const patternsOf = remember(({patterns}: OutputsListing) => {
  const byAction = new Map<string, ExpectedPattern[]>();
  for (const pattern of patterns) {
    const known = byAction.get(pattern.action);
    if (known === undefined) byAction.set(pattern.action, [pattern]);
    else known.push(pattern);
  }
  return byAction;
});

/** An output beside those of the same name of other actions. */
export interface OutputBeside {
  readonly name: string;
  readonly path: string;
  readonly others: readonly {readonly action: string; readonly path: string}[];
}

/** The outputs of an action of which others of these have one of the same name. */
export function outputsBeside(
  state: DeskState,
  action: string,
  others: readonly string[],
): readonly OutputBeside[] {
  const theirs = others
    .filter((other) => other !== action)
    .map((other) => ({action: other, named: namedOutputs(state, other)}));
  return [...namedOutputs(state, action)].flatMap(([name, path]) => {
    const same = theirs.flatMap((other) => {
      const there = other.named.get(name);
      return there === undefined ? [] : [{action: other.action, path: there}];
    });
    return same.length === 0 ? [] : [{name, path, others: same}];
  });
}

/** What opens the comparison of the selected actions' outputs of the same name; null where there are not two. */
export function comparingPicked(state: DeskState): Pick<DeskState, 'centre'> | null {
  const names = pickedNames(state);
  const first = new Map<string, string>();
  for (const action of names)
    for (const [name, path] of namedOutputs(state, action)) {
      const before = first.get(name);
      if (before !== undefined)
        return {centre: {kind: 'output', path: before, view: 'compare', beside: names}};
      first.set(name, path);
    }
  return null;
}
