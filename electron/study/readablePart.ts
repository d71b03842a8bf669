import {buildGraph} from '../../shared/buildGraph';
import type {Action, Project} from '../../shared/project';
import {findCycles} from './findCycles';

/** What can be read of a project.yaml with errors. */
export interface ReadablePart {
  readonly version: number;
  readonly populationSize: number | null;
  /** The whole text could be looked at, and not only the part above a YAML error. */
  readonly whole: boolean;
  /** Its actions in file order, as far as they can be read. */
  readonly actions: ReadonlyMap<string, Action>;
  /** Those that have errors of their own. */
  readonly faulty: ReadonlySet<string>;
}

/**
 * What is shown of a study whose project.yaml has errors: its actions as they are now, and one with errors as it was
 * before, or as far as it can be read. Where the text can't be looked at as a whole, all is as before. Null where there is nothing to show.
 */
export function stillReadable(before: Project | null, part: ReadablePart | null): Project | null {
  if (part === null || (before !== null && !part.whole)) return before;
  const earlier = new Map(before?.actions.map((action) => [action.name, action]));
  const actions = [...part.actions].map(
    ([name, now]) => (part.faulty.has(name) ? earlier.get(name) : undefined) ?? now,
  );
  if (actions.length === 0) return before;
  const {version, populationSize} = part;
  return {version, populationSize, actions: withoutCircles(actions), runAll: runAllOf(actions)};
}

/** Without the needs that close a circle, which can be neither drawn nor put in order; a problem reports them. */
function withoutCircles(actions: readonly Action[]): readonly Action[] {
  const closing = new Map<string, string>();
  for (const circle of findCycles(buildGraph(actions), Infinity))
    closing.set(circle.at(-2) ?? '', circle.at(-1) ?? '');
  if (closing.size === 0) return actions;
  return withoutCircles(
    actions.map((action) => ({
      ...action,
      needs: action.needs.filter((need) => need !== closing.get(action.name)),
    })),
  );
}

/** The actions of `run_all`. */
export function runAllOf(actions: readonly Action[]): readonly string[] {
  return actions.map(({name}) => name).filter((name) => name !== 'run_all');
}
