import {useEffect, useId, useMemo, useRef, useState} from 'react';
import type {Shown} from '../../../shared/dataset';
import {formatCount, formatPlural} from '../../../shared/format';
import type {TableQuery, TableRow} from '../../../shared/table';
import {visibleText} from '../../../shared/visibleText';
import type {GridRow} from '../../lists/GridRow';
import {GridTable} from '../../lists/GridTable';
import {columnLooks, noWidths, widened} from '../../outputs/viewers/columnLooks';
import {cellLines, copyLines} from '../../outputs/viewers/copyCells';
import {useColumnView} from '../../outputs/viewers/useColumnView';
import {useDesk, useDeskState} from '../../state/deskStore';
import {openPath} from '../../state/openPath';
import {Button} from '../../ui/Button';
import {EmptyState} from '../../ui/Section';
import type {ShownChanges} from './changedRows';
import styles from './Dataset.module.css';

/** Rows that are in view before the table scrolls, and their height in pixels (lists/GridTable). */
const ROWS_SEEN = 10;
const ROW_HEIGHT = 30;
const SCROLL_BAR = 16;

/** What one `show()` gave: a table to sort, search and copy, with what changed since the last try. */
export function ShownTable(props: {
  readonly path: string;
  readonly shown: Shown;
  readonly changes: ShownChanges | null;
}) {
  const {path, shown, changes} = props;
  const desk = useDesk();
  const id = useId();
  const head = useRef<HTMLElement>(null);
  const [text, setText] = useState('');
  const [copied, setCopied] = useState<string | null>(null);
  const rows = useShownRows(shown, changes);
  const table = useArranged(shown, rows, text);
  const wanted = useDeskState(({shownToSee}) =>
    shownToSee?.path === path && shownToSee.line === shown.line ? shownToSee : null,
  );
  useEffect(() => {
    if (wanted === null) return;
    head.current?.scrollIntoView({block: 'start'});
    desk.store.setState({shownToSee: null});
  }, [wanted, desk]);
  const name = shown.label ?? `line ${shown.line}`;
  const count = table.found.length;
  return (
    <section className={styles.shown} aria-label={visibleText(`Shown by ${name}`)} ref={head}>
      <header className={styles.shownHead}>
        <Button look="link" onClick={() => void openPath(desk, path, shown.line)}>
          Line {formatCount(shown.line)}
        </Button>
        {shown.label !== null && <strong>{visibleText(shown.label)}</strong>}
        <span className={styles.dim} role="status">
          {[
            count === rows.length
              ? formatPlural(rows.length, 'row')
              : `Showing ${formatCount(count)} of ${formatPlural(rows.length, 'row')}`,
            formatPlural(shown.columns.length, 'column'),
            ...(shown.cut ? ['ehrQL left rows out, as head or tail asks'] : []),
            ...(changes === null ? [] : [changes.words ?? 'same as in the last try']),
            ...(copied === null ? [] : [copied]),
          ].join(' · ')}
        </span>
        <input
          type="search"
          className={styles.find}
          aria-label={visibleText(`Find rows shown by ${name}`)}
          placeholder="Find rows"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </header>
      {count === 0 ? (
        <EmptyState title={rows.length === 0 ? 'No rows' : 'No matches'}>
          {rows.length === 0
            ? 'No patient of this dummy data is selected.'
            : 'No row holds this text.'}
        </EmptyState>
      ) : (
        <div
          className={styles.grid}
          style={{height: (Math.min(count, ROWS_SEEN) + 1) * ROW_HEIGHT + SCROLL_BAR}}
        >
          <GridTable
            label={visibleText(`Rows shown by ${name}`)}
            cells={id}
            columns={table.looks}
            frozen={shown.columns[0] === 'patient_id' ? 1 : 0}
            rowCount={count}
            longestNumber={formatCount(rows.length)}
            rowAt={(index) => table.found[index]}
            onView={() => undefined}
            onSort={table.sort}
            onResize={table.resize}
            onCopy={({columns, rows: [first, last]}) =>
              void copyLines(
                cellLines(
                  table.looks.slice(columns[0], columns[1] + 1),
                  table.found.slice(first, last + 1),
                ),
                'dummy data',
              ).then(setCopied)
            }
          />
        </div>
      )}
    </section>
  );
}

type ShownRow = GridRow & TableRow;

function useShownRows(shown: Shown, changes: ShownChanges | null): readonly ShownRow[] {
  return useMemo(
    () =>
      shown.rows.map((values, place) => ({
        row: place + 1,
        number: formatCount(place + 1),
        values: values.map((value) => (value === '' ? null : value)),
        marks: changes?.marks.get(place),
      })),
    [shown, changes],
  );
}

/** The rows that hold a text, sorted as the user asks, and how their columns look. */
function useArranged(shown: Shown, rows: readonly ShownRow[], text: string) {
  const [sort, setSort] = useState<TableQuery['sort']>(null);
  const {widths, resize} = useColumnView();
  const columns = useMemo(
    () => shown.columns.map((name) => ({name: visibleText(name), type: null})),
    [shown],
  );
  const looks = useMemo(
    () => columnLooks(columns, widened(noWidths(columns.length), rows), {sort, widths}),
    [columns, rows, sort, widths],
  );
  const found = useMemo(() => {
    const wanted = text.toLowerCase();
    const holding =
      wanted === ''
        ? rows
        : rows.filter(({values}) => values.some((value) => value?.toLowerCase().includes(wanted)));
    if (sort === null) return holding;
    const numeric = looks[sort.column]?.numeric === true;
    const order = [...holding].sort((a, b) =>
      compareValues(a.values[sort.column] ?? null, b.values[sort.column] ?? null, numeric),
    );
    return sort.descending ? order.reverse() : order;
  }, [rows, looks, text, sort]);
  return {
    ...{looks, found, resize},
    sort: (column: number) =>
      setSort((before) =>
        before?.column !== column
          ? {column, descending: false}
          : before.descending
            ? null
            : {column, descending: true},
      ),
  };
}

/** Missing values are first. */
function compareValues(a: string | null, b: string | null, numeric: boolean): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (numeric) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
