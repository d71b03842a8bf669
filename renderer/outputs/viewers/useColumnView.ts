import {useMemo, useState} from 'react';

/** How the user has arranged the columns of a table, by their places in the file. */
export interface ColumnView {
  readonly hidden: ReadonlySet<number>;
  /** Columns, of those shown, that stay at the left. */
  readonly frozen: number;
  /** Pixels, of columns that were resized. */
  readonly widths: ReadonlyMap<number, number>;
  readonly hide: (column: number) => void;
  readonly show: (column: number) => void;
  readonly showAll: () => void;
  readonly freeze: (columns: number) => void;
  /** Null: as wide as what it holds. */
  readonly resize: (column: number, width: number | null) => void;
}

/** The arrangement of a table that has just been opened, and how it is changed. */
export function useColumnView(): ColumnView {
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [frozen, setFrozen] = useState(1);
  const [widths, setWidths] = useState<ReadonlyMap<number, number>>(new Map());
  return useMemo(
    () => ({
      hidden,
      frozen,
      widths,
      hide: (column) => setHidden((before) => new Set([...before, column])),
      show: (column) =>
        setHidden((before) => new Set([...before].filter((each) => each !== column))),
      showAll: () => setHidden(new Set()),
      freeze: setFrozen,
      resize: (column, width) =>
        setWidths((before) => {
          const after = new Map(before);
          if (width === null) after.delete(column);
          else after.set(column, width);
          return after;
        }),
    }),
    [hidden, frozen, widths],
  );
}
