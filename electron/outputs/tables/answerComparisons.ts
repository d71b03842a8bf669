import type {ComparedRow, RowMatching, TableDifference} from '../../../shared/comparison';
import {compareTables, type ComparedTables} from '../compare/compareTables';
import {SourceFault, type OutputSource} from '../sources/outputSource';

/** A table file; `name` shows its format where its path does not. */
export interface TableFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
}

/** Two versions of a table, and how their rows are put together. */
export interface TablePair {
  readonly old: TableFile;
  readonly now: TableFile;
  readonly matching: RowMatching;
}

/** What can be asked of two versions of a table. */
export type ComparisonAsk =
  | {readonly kind: 'compare'; readonly pair: TablePair}
  | {
      readonly kind: 'compared-rows';
      readonly pair: TablePair;
      readonly from: number;
      readonly count: number;
      /** Only rows that are not the same. */
      readonly onlyChanged: boolean;
    }
  /** How far the comparison under way is, from 0 to 1; null where there is none. `stop` ends it. */
  | {readonly kind: 'comparing'; readonly stop: boolean};

/** What is answered to them, in this order. */
export type ComparisonAnswer = TableDifference | readonly ComparedRow[] | number | null;

/** Answers questions about pairs of tables; the last comparison is kept for its rows to be asked for. */
export type Comparisons = ReturnType<typeof createComparisons>;

/** Lets work use open tables, which stay open until it is done. */
export type UseTables = <T>(
  files: readonly TableFile[],
  work: (sources: readonly OutputSource[]) => Promise<T>,
) => Promise<T>;

interface Kept {
  readonly key: string;
  readonly sources: readonly OutputSource[];
  readonly tables: Promise<ComparedTables>;
}

/** Answers over tables that `use` opens. */
export function createComparisons(use: UseTables) {
  let kept: Kept | null = null;
  let share: number | null = null;
  let stopped = false;

  const compare = async (
    sources: readonly OutputSource[],
    matching: RowMatching,
  ): Promise<ComparedTables> => {
    const [old, now] = sources;
    if (old === undefined || now === undefined) throw new Error('Two tables are compared.');
    share = 0;
    stopped = false;
    try {
      return await compareTables(old, now, matching, (reached) => {
        share = reached;
        if (stopped) throw new SourceFault('The comparison was stopped.', true);
      });
    } finally {
      share = null;
    }
  };

  const onPair = <T>({old, now, matching}: TablePair, work: (of: ComparedTables) => Promise<T>) =>
    use([old, now], (sources) => {
      const key = JSON.stringify([old, now, matching]);
      // a file that was made anew has another source
      const isSame =
        kept?.key === key && kept.sources.every((source, at) => source === sources[at]);
      const mine =
        isSame && kept !== null ? kept : {key, sources, tables: compare(sources, matching)};
      kept = mine;
      mine.tables.catch(() => {
        if (kept === mine) kept = null;
      });
      return mine.tables.then(work);
    });

  return {
    async answer(ask: ComparisonAsk): Promise<ComparisonAnswer> {
      switch (ask.kind) {
        case 'compare':
          return onPair(ask.pair, async ({difference}) => difference);
        case 'compared-rows':
          return onPair(ask.pair, (tables) => tables.rows(ask.from, ask.count, ask.onlyChanged));
        case 'comparing':
          // who only asks how far it is must not take back a stop
          if (ask.stop) stopped = true;
          return share;
      }
    },
    /** Forgets what was found in a file that is closed. */
    forget(source: OutputSource): void {
      if (kept?.sources.includes(source) === true) kept = null;
    },
  };
}
