/** The actions of a study as a dependency graph; names are keys, lists are in file order without repeats. */
export interface ActionGraph {
  readonly names: readonly string[];
  /** What each action needs directly. */
  readonly upstream: ReadonlyMap<string, readonly string[]>;
  /** What needs each action directly. */
  readonly downstream: ReadonlyMap<string, readonly string[]>;
  /** Longest path from an action without needs, from 0. */
  readonly rank: ReadonlyMap<string, number>;
}
