import type {SourceToken} from './sourceTokens';

type Expression = readonly SourceToken[];

/** All that the source of one file says about other files; paths as written, `*` for what is not known. */
export interface SourceFacts {
  /** Texts of the source: each that is the path of a code file counts as read. */
  readonly texts: readonly string[];
  /** Paths that are read, as expressions. */
  readonly reads: readonly Expression[];
  /** Folders that are listed, as expressions. */
  readonly folders: readonly Expression[];
  /** Expressions that put a path together, by whatever it is read. */
  readonly built: readonly Expression[];
  /** Right sides of the assignments to each name. */
  readonly assigned: ReadonlyMap<string, readonly Expression[]>;
  /** Functions that the source defines. */
  readonly functions: ReadonlySet<string>;
  /** Paths of modules it may import, each tried below the usual folders. */
  readonly modules: readonly string[];
  /** Paths already worked out. */
  readonly patterns: readonly string[];
  /** It runs code made at run time, or reads what is not known. */
  readonly uncertain: boolean;
}

/** Facts of a source that says nothing. */
export const NO_FACTS: SourceFacts = {
  texts: [],
  reads: [],
  folders: [],
  built: [],
  assigned: new Map(),
  functions: new Set(),
  modules: [],
  patterns: [],
  uncertain: false,
};
