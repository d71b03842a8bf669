import type {Action, Project} from '../../shared/project';

/** What can be read of a project.yaml with errors. */
export interface ReadablePart {
  readonly version: number;
  readonly populationSize: number | null;
  /** The whole text could be looked at, and not only what stands above a place where it stops being YAML. */
  readonly whole: boolean;
  /** Its actions in file order; null for one that has errors of its own. */
  readonly actions: ReadonlyMap<string, Action | null>;
}

/**
 * What is shown of a study whose project.yaml has errors: its actions as they are now, and one with errors as it was
 * before. Where the text can't be looked at as a whole, all is as before. Null where there is nothing to show.
 */
export function stillReadable(before: Project | null, part: ReadablePart | null): Project | null {
  if (part === null || (before !== null && !part.whole)) return before;
  const earlier = new Map(before?.actions.map((action) => [action.name, action]));
  const actions = [...part.actions].flatMap(([name, now]) => now ?? earlier.get(name) ?? []);
  if (actions.length === 0) return before;
  const {version, populationSize} = part;
  return {version, populationSize, actions, runAll: runAllOf(actions)};
}

/** What `run_all` stands for. */
export function runAllOf(actions: readonly Action[]): readonly string[] {
  return actions.map(({name}) => name).filter((name) => name !== 'run_all');
}
