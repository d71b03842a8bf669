import type {FromCommit} from './run';
import type {Tier} from './sensitivity';

/** What an output is compared with: the file as it is now, as a run made it, as a git commit holds it, or another file. */
export type OutputVersion =
  | {readonly kind: 'now'}
  | {readonly kind: 'run'; readonly runId: string}
  /** A commit by its id or the beginning of it, a branch or a tag, with `~2` or `^` behind it for what came before. */
  | {readonly kind: 'commit'; readonly commit: string}
  /** Another output as it is now, such as that of a similar action. */
  | {readonly kind: 'output'; readonly path: string};

/** The file as it is on the disk. */
export const NOW: OutputVersion = {kind: 'now'};

/** An earlier version that can be named, as far as the records of runs know it. */
export interface KnownVersion {
  readonly runId: string;
  /** ISO 8601 UTC time of the job that made it. */
  readonly producedAt: string;
  readonly action: string;
  readonly tier: Tier;
  readonly size: number;
  readonly sha256: string;
  /** A copy of its content is kept, so that it can be compared. */
  readonly kept: boolean;
  /** Set where a run of a commit made it, apart from the study's own outputs. */
  readonly fromCommit?: FromCommit;
}

/** Which rows of two tables belong together. */
export type RowMatching =
  /** The way that finds the fewest changes, keys before places. */
  | {readonly by: 'auto'}
  | {readonly by: 'position'}
  /** Columns whose values together distinguish every row. */
  | {readonly by: 'key'; readonly columns: readonly string[]};

/** How two versions of a table differ. Columns belong together by name; values are compared as they are shown. */
export interface TableDifference {
  readonly kind: 'table';
  /** As rows were in fact put together. */
  readonly matching: Exclude<RowMatching, {readonly by: 'auto'}>;
  /** In rows and columns that both have. */
  readonly changedCells: number;
  readonly changedRows: number;
  readonly newRows: number;
  readonly goneRows: number;
  readonly newColumns: readonly string[];
  readonly goneColumns: readonly string[];
  /** Of both, as {@link ComparedRow} has their values: those of now, gone ones behind what stood before them. */
  readonly columns: readonly ComparedColumn[];
  /** Rows of both together: what {@link ComparedRow}s there are. */
  readonly rows: number;
}

/** A column of two tables that are compared. */
export interface ComparedColumn {
  readonly name: string;
  readonly side: 'both' | 'new' | 'gone';
}

/** A row of two tables that are compared. */
export interface ComparedRow {
  readonly change: 'same' | 'changed' | 'new' | 'gone';
  /** Its place in the earlier version, from 1; null for a new row. */
  readonly oldRow: number | null;
  /** Its place now, from 1; null for a row that is gone. */
  readonly row: number | null;
  /** By column: the values of now, and of what is gone the earlier ones. Null is missing. */
  readonly values: readonly (string | null)[];
  /** The cells that changed, by their place among the columns, with what they held before. */
  readonly changed: readonly {readonly column: number; readonly before: string | null}[];
}

/** How two versions of a text differ. */
export interface TextDifference {
  readonly kind: 'text';
  /** A unified diff. */
  readonly diff: string;
  readonly goneLines: number;
  readonly newLines: number;
  /** Too much changed to look for the least difference: the counts are of the whole stretch that changed. */
  readonly rough: boolean;
  /** Only the beginnings of both were compared. */
  readonly cut: boolean;
}

/** How two versions of an output differ. */
export type OutputComparison =
  /** Byte for byte the same. */
  | {readonly kind: 'same'}
  | TableDifference
  | TextDifference
  /** Two pictures, whose dots whoever can draw them compares. */
  | {readonly kind: 'image'}
  /** They differ, and it can't be shown how. */
  | {readonly kind: 'different'; readonly reason: string};

/** What a run did to one output, against the success of its action before. */
export interface OutputChange {
  readonly path: string;
  readonly action: string;
  readonly tier: Tier;
  readonly change: 'same' | 'changed' | 'new' | 'gone';
  /** The run that made the version before; null where there was none. */
  readonly beforeRunId: string | null;
  /** Both contents are at hand, so that their difference can be shown. */
  readonly comparable: boolean;
}

/** All outputs of a run against their versions before. */
export interface RunChanges {
  readonly runId: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly outputs: readonly OutputChange[];
}

/** Whether anything that a reader of the output could see has changed; null where that is not known. */
export function isVisible(comparison: OutputComparison): boolean | null {
  switch (comparison.kind) {
    case 'same':
      return false;
    case 'table':
      return (
        comparison.changedCells > 0 ||
        comparison.newRows > 0 ||
        comparison.goneRows > 0 ||
        comparison.newColumns.length > 0 ||
        comparison.goneColumns.length > 0
      );
    case 'text':
      return comparison.goneLines + comparison.newLines > 0 ? true : comparison.cut ? null : false;
    case 'image':
    case 'different':
      return null;
  }
}
