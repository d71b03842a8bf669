import {useMemo, useState} from 'react';

/** How the user has arranged the columns of a table, by their places in the file. */
export type ColumnView = ReturnType<typeof useColumnView>;

/** The arrangement of a table that has just been opened, and how it is changed. */
export function useColumnView() {
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [frozen, setFrozen] = useState(1);
  const [widths, setWidths] = useState<ReadonlyMap<number, number>>(new Map());
  return useMemo(
    () => ({
      hidden,
      /** Columns, of those shown, that stay at the left. */
      frozen,
      /** Pixels, of columns that were resized. */
      widths,
      hide: (column: number) => setHidden((before) => new Set([...before, column])),
      show: (column: number) =>
        setHidden((before) => new Set([...before].filter((each) => each !== column))),
      showAll: () => setHidden(new Set()),
      freeze: setFrozen,
      /** Null: as wide as what it holds. */
      resize: (column: number, width: number | null) =>
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
