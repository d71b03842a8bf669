import {useVirtualizer} from '@tanstack/react-virtual';
import {
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type SyntheticEvent,
} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import {runCommand} from '../commands/commands';
import {selectionItems} from '../commands/selectionMenu';
import type {FoldNode} from '../groups/fold';
import {GRID_OF, gridGroup, gridOf, type VariantGrid as Variants} from '../groups/variantGrid';
import {keyMove, rangeBetween, type GridCell} from '../lists/gridRange';
import {createRowCounter} from '../outputs/rowCounter';
import {useChoice, useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {howOf, pick, pickedSet, pickedTogether, type PickHow} from '../state/selection';
import {actionsOf, namesFound} from '../state/selectors';
import {StateIcon} from '../status/StateIcon';
import {countsOf, stripOf} from '../status/stateStrip';
import {stateOf} from '../status/stateWords';
import {useContextMenu} from '../ui/ContextMenu';
import {Name} from '../ui/Name';
import {nameInLines} from '../ui/names';
import {EmptyState} from '../ui/Section';
import {textWidth} from '../ui/textWidth';
import {useWidth} from '../ui/useWidth';
import {VariantCell} from './VariantCell';
import styles from './VariantGrid.module.css';

/** Pixels beside the names of rows and columns, and from line to line of one. */
const PADDING = 24;
const LINE = 16;
/** Pixels of a row whose name has one line, and of the least and the most of a column. */
const ROW_HEIGHT = 30;
const NARROWEST = 92;
const WIDEST = 148;
/** The place of the names of rows among the columns, and of those of columns among the rows: before the first. */
const HEAD = -1;

/** Similar actions as a grid of what differs: a cell is an action with its state, time and rows. */
export function VariantGrid() {
  const group = useDeskState(gridGroup);
  const actions = useDeskState(actionsOf);
  const grid = group === null ? null : gridOf(group, actions);
  const [, keep] = useChoice(GRID_OF, '');
  const keepShown = useEffectEvent(() => {
    if (group !== null) keep(group.id);
  });
  useEffect(() => keepShown(), [group]);
  if (group === null || grid === null)
    return (
      <EmptyState title="No grid to show">
        Select an action that has many similar ones, or their group, to see them by what differs.
      </EmptyState>
    );
  return <GridOfGroup key={group.id} group={group} grid={grid} />;
}

function GridOfGroup({group, grid}: {readonly group: FoldNode; readonly grid: Variants}) {
  const desk = useDesk();
  const {rows, columns, rest} = grid;
  const context = useContextMenu();
  const scroller = useRef<HTMLDivElement>(null);
  const space = useSpace(grid, useWidth(scroller, 720));
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => space.rowHeight,
    overscan: 8,
    scrollPaddingStart: space.headHeight,
  });
  useEffect(() => virtual.measure(), [virtual, space.rowHeight]);
  const reveal = ({row, column}: GridCell): void => {
    if (row > HEAD) virtual.scrollToIndex(row, {align: 'auto'});
    const box = scroller.current;
    if (box === null || column === HEAD) return;
    const left = column * space.column;
    const seen = Math.max(0, box.clientWidth - space.head - space.column);
    box.scrollLeft = Math.max(left - seen, Math.min(box.scrollLeft, left));
  };
  const {here, point, onKeyDown} = useGridSelection(grid, reveal, {
    page: () => Math.floor((scroller.current?.clientHeight ?? 0) / space.rowHeight) - 2,
    open: () => void runCommand(desk, 'open-script'),
  });
  const picked = useDeskState(pickedSet);
  const found = useDeskState(namesFound);
  const counter = useMemo(() => createRowCounter(desk.host), [desk]);
  const onMenu = (event: MouseEvent): void => {
    const at = placeOf(event) ?? here;
    const names = namesAt(grid, at, at);
    if (names.length === 0) return;
    if (names.some((name) => !picked.has(name))) point(at, 'one');
    context.open(event, {label: 'Selected actions', items: selectionItems(desk)});
  };
  const idOf = ({row, column}: GridCell): string => `${id}-${row}-${column}`;
  const items = virtual.getVirtualItems();
  const isDrawn = here.row === HEAD || items.some(({index}) => index === here.row);
  const attributesOf = (at: GridCell) => ({
    id: idOf(at),
    'data-at': `${at.row} ${at.column}`,
    'data-cursor': here.row === at.row && here.column === at.column,
  });

  return (
    <div className={styles.view}>
      <GridTitle group={group} grid={grid} />
      <div ref={scroller} className={styles.scroller}>
        <div
          role="grid"
          aria-label={`${group.label} by what differs`}
          aria-rowcount={rows.length + 1}
          aria-colcount={columns.length + 1}
          aria-multiselectable
          aria-activedescendant={isDrawn ? idOf(here) : undefined}
          tabIndex={0}
          className={styles.grid}
          style={space.style}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            const at = placeOf(event);
            if (at !== null && event.button === 0) point(at, howOf(event));
          }}
          onPointerOver={(event) => {
            const at = placeOf(event);
            if (at !== null && event.buttons === 1) point(at, 'range');
          }}
          onDoubleClick={(event) => placeOf(event) !== null && void runCommand(desk, 'open-script')}
          onContextMenu={onMenu}
        >
          <Heads grid={grid} space={space} attributesOf={attributesOf} />
          <div role="rowgroup" className={styles.body} style={{height: virtual.getTotalSize()}}>
            {items.map(({index: row, start}) => (
              <div
                key={row}
                role="row"
                aria-rowindex={row + 2}
                className={styles.row}
                style={{transform: `translateY(${start}px)`, height: space.rowHeight}}
              >
                <span
                  role="rowheader"
                  aria-colindex={1}
                  aria-label={rows[row]?.name}
                  className={styles.rowHead}
                  data-tip={`Select ${rows[row]?.name ?? ''}`}
                  {...attributesOf({row, column: HEAD})}
                >
                  <Lines of={space.rowNames[row] ?? []} />
                </span>
                {columns.map(({name, actions}, column) => (
                  <VariantCell
                    key={name}
                    {...attributesOf({row, column})}
                    action={actions[row] ?? null}
                    labels={`${rows[row]?.name ?? ''}, ${name}`}
                    edges={edgesOf(grid, picked, {row, column})}
                    isFound={found?.has(actions[row] ?? '') ?? true}
                    isWide={space.column >= WIDEST}
                    counter={counter}
                  />
                ))}
              </div>
            ))}
          </div>
        </div>
        {rest.length > 0 && <Rest names={rest} />}
      </div>
      <Summary members={group.members} />
      {context.menu}
    </div>
  );
}

/** The names of the columns, and in the corner what names the rows; a press on one selects all of its actions. */
function Heads(props: {
  readonly grid: Variants;
  readonly space: ReturnType<typeof useSpace>;
  readonly attributesOf: (at: GridCell) => object;
}) {
  const {grid, space, attributesOf} = props;
  return (
    <div role="row" aria-rowindex={1} className={styles.heads} style={{height: space.headHeight}}>
      <span
        role="columnheader"
        aria-colindex={1}
        className={styles.corner}
        data-tip="Select all"
        {...attributesOf({row: HEAD, column: HEAD})}
      >
        {grid.rowHeading ?? <span className="visually-hidden">All</span>}
      </span>
      {grid.columns.map(({name}, column) => (
        <span
          key={name}
          role="columnheader"
          aria-colindex={column + 2}
          aria-label={[grid.columnHeading, name].filter(Boolean).join(' ')}
          className={styles.columnHead}
          data-tip={`Select ${name}`}
          {...attributesOf({row: HEAD, column})}
        >
          <Lines of={space.columnNames[column] ?? []} />
        </span>
      ))}
    </div>
  );
}

/** Which group it is, and what its rows and columns are, where that is known. */
function GridTitle({group, grid}: {readonly group: FoldNode; readonly grid: Variants}) {
  const {rowHeading, columnHeading} = grid;
  const by =
    rowHeading !== null && columnHeading !== null ? `${rowHeading} × ${columnHeading}` : '';
  const count = formatPlural(group.members.length, 'action');
  return (
    <h2 className={styles.title} data-tip={[group.label, count, by].filter(Boolean).join(', ')}>
      <span className={styles.name}>
        <Name name={group.label} />
      </span>
      <span className={styles.count}>
        {count}
        {by !== '' && `: ${by}`}
      </span>
    </h2>
  );
}

/** How many are in each state. */
function Summary({members}: {readonly members: readonly string[]}) {
  const strip = useDeskState((state) => stripOf(members, state.statuses));
  return (
    <p className={styles.summary} role="status">
      {countsOf(strip).join(' · ')}
    </p>
  );
}

/** The actions of the group that have no place in the grid. */
function Rest({names}: {readonly names: readonly string[]}) {
  const {store} = useDesk();
  const statuses = useDeskState((state) => state.statuses);
  const picked = useDeskState(pickedSet);
  return (
    <section className={styles.rest} aria-label="Others of the group">
      <h3>Others of the group: {formatCount(names.length)}</h3>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={picked.has(name)}
              data-tip={name}
              onClick={(event) => pick(store, [name], howOf(event), names)}
            >
              <StateIcon state={stateOf(statuses.get(name))} named />
              <Name name={name} among={names} lines={2} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Lines({of}: {readonly of: readonly string[]}) {
  return (
    <span className={styles.lines} aria-hidden="true">
      {of.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </span>
  );
}

/** The names of rows and columns as they fit `width` pixels, in one line or two, and the sizes that this makes. */
function useSpace({rows, columns, rowHeading}: Variants, width: number) {
  return useMemo(() => {
    const fit = (names: readonly string[], pixels: number, face: 'row' | 'name') =>
      names.map((name) =>
        nameInLines(name, names, {
          widths: [pixels, pixels],
          behind: 0,
          widthOf: (text) => textWidth(text, face),
        }),
      );
    const rowNames = rows.map(({name}) => name);
    const longest = Math.max(
      ...rowNames.map((name) => textWidth(name, 'row')),
      textWidth(rowHeading ?? '', 'name'),
    );
    const head = Math.ceil(Math.min(longest + PADDING, Math.max(192, width * 0.36)));
    const free = (width - head) / columns.length;
    const column = Math.floor(Math.max(NARROWEST, Math.min(WIDEST, free)));
    const inRows = fit(rowNames, head - PADDING + 2, 'row');
    const inColumns = fit(
      columns.map(({name}) => name),
      column - PADDING / 2,
      'name',
    );
    const most = (names: readonly (readonly string[])[]) =>
      Math.max(...names.map(({length}) => length));
    const style: CSSProperties & Readonly<Record<`--${string}`, string | number>> = {
      ...{'--head': `${head}px`, '--column': `${column}px`, '--columns': columns.length},
    };
    return {
      ...{style, head, column, rowNames: inRows, columnNames: inColumns},
      rowHeight: Math.max(ROW_HEIGHT, most(inRows) * LINE + 6),
      headHeight: ROW_HEIGHT + 4 + (most(inColumns) - 1) * LINE,
    };
  }, [rows, columns, rowHeading, width]);
}

/** Of a selected cell, the sides at which the selection ends, such as `top left`; null where it is not selected. */
function edgesOf(
  {rows}: Variants,
  picked: ReadonlySet<string>,
  {row, column}: GridCell,
): string | null {
  const isPicked = (at: number, there: number) => picked.has(rows[at]?.actions[there] ?? '');
  if (!isPicked(row, column)) return null;
  return [
    isPicked(row - 1, column) ? '' : 'top',
    isPicked(row + 1, column) ? '' : 'bottom',
    isPicked(row, column - 1) ? '' : 'left',
    isPicked(row, column + 1) ? '' : 'right',
  ].join(' ');
}

/** The actions between two places; the place of a name stands for its whole row or column. */
function namesAt({rows}: Variants, from: GridCell, to: GridCell): readonly string[] {
  const range = rangeBetween(from, to);
  const [top, bottom] = range.rows[0] === HEAD ? [0, Infinity] : range.rows;
  const [left, right] = range.columns[0] === HEAD ? [0, Infinity] : range.columns;
  return rows
    .slice(top, bottom + 1)
    .flatMap(({actions}) => actions.slice(left, right + 1).flatMap((name) => name ?? []));
}

/** The place in the grid that an event is on; null for none. */
function placeOf({target}: SyntheticEvent): GridCell | null {
  const at =
    target instanceof Element ? target.closest('[data-at]')?.getAttribute('data-at') : null;
  const [row, column] = (at ?? '').split(' ').map(Number);
  return row === undefined || column === undefined ? null : {row, column};
}

/** The cell that the keyboard is on, which follows a selection made elsewhere, and how mouse and keys select from there. */
function useGridSelection(
  grid: Variants,
  reveal: (cell: GridCell) => void,
  acts: {readonly page: () => number; readonly open: () => void},
) {
  const {store} = useDesk();
  const {rows, columns} = grid;
  const selection = useDeskState((state) => state.selection);
  const picked = useDeskState((state) => state.picked);
  /** Where the keyboard was brought to, the other end of what is selected, and the selection this made. */
  const [cursor, setCursor] = useState<
    Pick<DeskState, 'selection' | 'picked'> & {readonly at: GridCell; readonly anchor: GridCell}
  >();
  const places = useMemo(() => placesIn(grid), [grid]);
  const stays = cursor?.selection === selection && cursor.picked === picked ? cursor : undefined;
  const here = stays?.at ?? places.get(selection ?? '') ?? {row: 0, column: 0};
  const follow = useEffectEvent(() => {
    if (places.has(selection ?? '')) reveal(here);
  });
  useEffect(() => follow(), [selection]);

  /** Selects what is between two places; the keyboard is brought to `at`. */
  const select = (at: GridCell, from: GridCell, to: GridCell, how: PickHow): void => {
    const found = namesFound(store.getState());
    const names = namesAt(grid, from, to).filter((name) => found?.has(name) ?? true);
    // a place without an action, or with one that is filtered out, changes nothing
    if (names.length > 0) {
      if (how === 'toggle') pick(store, names, how);
      else {
        const focus = rows[at.row]?.actions[at.column] ?? '';
        store.setState(pickedTogether(names, names.includes(focus) ? focus : null));
      }
    }
    const after = store.getState();
    setCursor({at, anchor: from, selection: after.selection, picked: after.picked});
    reveal(at);
  };
  const point = (at: GridCell, how: PickHow): void =>
    select(at, how === 'range' ? (stays?.anchor ?? here) : at, at, how);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const withControl = event.ctrlKey || event.metaKey;
    const next = moved(event.key, withControl, here, {
      ...{rows: rows.length, columns: columns.length, page: Math.max(1, acts.page())},
    });
    if (next !== null) point(next, event.shiftKey ? 'range' : 'one');
    else if (event.key === ' ') {
      const to = {row: withControl ? HEAD : here.row, column: event.shiftKey ? HEAD : here.column};
      select(here, to, to, 'one');
    } else if (withControl && event.key === 'a') {
      const all = {row: HEAD, column: HEAD};
      select(here, all, all, 'one');
    } else if (event.key === 'Enter') acts.open();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {here, point, onKeyDown};
}

function placesIn({rows}: Variants): ReadonlyMap<string, GridCell> {
  return new Map(
    rows.flatMap(({actions}, row) =>
      actions.flatMap((name, column) => (name === null ? [] : [[name, {row, column}] as const])),
    ),
  );
}

/** Where a key goes from here: arrows to the names of rows and columns too. Null for other keys. */
function moved(
  key: string,
  toEnd: boolean,
  here: GridCell,
  size: {readonly rows: number; readonly columns: number; readonly page: number},
): GridCell | null {
  const step = keyMove(key, toEnd, size);
  if (step === null) return null;
  const least = key.startsWith('Arrow') ? HEAD : 0;
  const by = (place: number, steps: number, count: number): number =>
    steps === 0 ? place : Math.max(least, Math.min(count - 1, place + steps));
  return {
    row: by(here.row, step[0], size.rows),
    column: by(here.column, step[1], size.columns),
  };
}
