import {Plus, Redo2, Trash2, Undo2} from 'lucide-react';
import {useEffect, useId, useMemo, useRef, useState, type KeyboardEvent} from 'react';
import type {EhrqlSchema} from '../../../shared/dataset';
import {
  cellFault,
  insertRow,
  nextPatient,
  openDummyTable,
  redoEdit,
  removeRow,
  rowOf,
  setCell,
  textOfTable,
  undoEdit,
  type DummyTable,
} from '../../../shared/dummyTable';
import {formatCount, formatPlural} from '../../../shared/format';
import {ok} from '../../../shared/result';
import {visibleText} from '../../../shared/visibleText';
import {AnswerView} from '../../errors/ErrorWords';
import {GridTable} from '../../lists/GridTable';
import type {GridCell} from '../../lists/gridRange';
import {columnLooks, noWidths, widened} from '../../outputs/viewers/columnLooks';
import {cellLines, copyLines} from '../../outputs/viewers/copyCells';
import {useColumnView} from '../../outputs/viewers/useColumnView';
import {DiskNotice} from '../../project/DiskNotice';
import {FileBar, SaveButton} from '../../project/FileBar';
import {useDesk, useDeskState} from '../../state/deskStore';
import {drafting, isUnsaved, readCode, textOnDisk} from '../../state/drafts';
import {Button} from '../../ui/Button';
import {EmptyState} from '../../ui/Section';
import {CellEditor, type EditedCell} from './CellEditor';
import {tableRows, useTableFaults} from './tableRows';
import {useTableSchema} from './useTableSchema';
import styles from './DummyTable.module.css';

/** Rows that the widths of columns are measured by. */
const ROWS_MEASURED = 200;

/** A dummy table, edited in the grid. */
export function DummyTableView({path}: {readonly path: string}) {
  const desk = useDesk();
  const read = useDeskState((state) => state.codeFiles.get(path) ?? null);
  const isEdited = useDeskState((state) => state.drafts.has(path));
  useEffect(() => void readCode(desk, path), [desk, path]);
  if (isEdited) return <TableEditor path={path} />;
  // what was read before it was known to be a table is no answer
  const answer = read?.ok === true && read.value.version === undefined ? null : read;
  return (
    <AnswerView answer={answer} waiting="Reading…">
      {() => <TableEditor path={path} />}
    </AnswerView>
  );
}

/** What the draft of a table keeps: the table that its text was written from, with what can be undone. */
interface KeptTable {
  readonly text: string;
  readonly table: DummyTable;
}

function isKeptTable(kept: unknown): kept is KeptTable {
  return typeof kept === 'object' && kept !== null && 'table' in kept;
}

/** The table as it is edited, and how it is changed. */
function useEditedTable(path: string) {
  const {store} = useDesk();
  const draft = useDeskState((state) => state.drafts.get(path) ?? null);
  const onDisk = useDeskState((state) => textOnDisk(state, path));
  const text = draft?.text ?? onDisk ?? '';
  const kept = draft?.kept;
  const opened = useMemo(
    () => (isKeptTable(kept) && kept.text === text ? ok(kept.table) : openDummyTable(text)),
    [kept, text],
  );
  const change = (table: DummyTable): void => {
    const now = textOfTable(table);
    store.setState((state) => drafting(state, path, {text: now, kept: {text: now, table}}));
  };
  return {opened, change};
}

function TableEditor({path}: {readonly path: string}) {
  const {opened, change} = useEditedTable(path);
  if (opened.ok) return <Table path={path} table={opened.value} onChange={change} />;
  return (
    <article className={styles.view} aria-label={path}>
      <FileBar path={path} mark={null} note="Not shown as a table" lineNow={() => null} />
      <DiskNotice path={path} />
      <EmptyState title="This is no table">{opened.error}</EmptyState>
    </article>
  );
}

interface TableProps {
  readonly path: string;
  readonly table: DummyTable;
  readonly onChange: (table: DummyTable) => void;
}

function Table({path, table, onChange}: TableProps) {
  const view = useRef<HTMLElement>(null);
  const {schema, words} = useTableSchema(path);
  const faults = useTableFaults(table, schema);
  const [cell, setCell] = useState<GridCell>({row: 0, column: 0});
  const [goTo, setGoTo] = useState<GridCell | null>(null);
  const [edited, setEdited] = useState<EditedCell | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<string | null>(null);

  const focusGrid = () => view.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  const show = (row: number, column: number) => {
    setGoTo({
      // a row that was just added is not here yet
      row: Math.max(0, Math.min(table.rows.length, row)),
      column: Math.max(0, Math.min(table.columns.length - 1, column)),
    });
    focusGrid();
  };
  /** Begins to edit a cell: what it holds, or with a first sign that was typed over it. */
  const edit = (at: GridCell, text?: string) => {
    setEdited({...at, text: text ?? rowOf(table, at.row)[at.column] ?? ''});
    input.current?.focus();
    if (text === undefined) input.current?.select();
  };
  const acts = useTableActs({table, schema, cell, onChange, show});
  return (
    <article className={styles.view} aria-label={path} ref={view} onKeyDown={acts.onKeyDown}>
      <TableBar path={path} table={table} copied={copied} line={cell.row + 2} acts={acts} />
      <DiskNotice path={path} />
      <div className={styles.note}>
        <span role="status" data-tip={words}>
          {visibleText(words)}
        </span>
        {faults.count > 0 && (
          <Button
            look="link"
            className={styles.fault}
            onClick={() => {
              const next = faults.after(cell);
              if (next !== null) show(next.row, next.column ?? 0);
            }}
          >
            {formatPlural(faults.count, 'row')} that ehrQL would refuse: show the next
          </Button>
        )}
        <FindRow table={table} from={cell.row} onFound={show} />
      </div>
      <CellEditor
        table={table}
        schema={schema}
        cell={cell}
        edited={edited}
        input={input}
        onEdit={setEdited}
        onSet={(at, value) => onChange(setCellOf(table, at, value))}
        onLeave={(rows, columns) => show(cell.row + rows, cell.column + columns)}
      />
      <TableRows
        path={path}
        table={table}
        schema={schema}
        goTo={goTo}
        onMove={setCell}
        onEdit={edit}
        onClear={(at) => onChange(setCellOf(table, at, ''))}
        onCopied={setCopied}
      />
    </article>
  );
}

/** The rows in the window's grid: typing over a cell begins to edit it, Delete empties it. */
function TableRows(props: {
  readonly path: string;
  readonly table: DummyTable;
  readonly schema: EhrqlSchema | null;
  readonly goTo: GridCell | null;
  readonly onMove: (cell: GridCell) => void;
  readonly onEdit: (cell: GridCell, text?: string) => void;
  readonly onClear: (cell: GridCell) => void;
  readonly onCopied: (words: string) => void;
}) {
  const {path, table, schema, goTo, onMove, onEdit, onClear, onCopied} = props;
  const cells = useId();
  const rowAt = useMemo(() => tableRows(schema), [schema]);
  const {looks, resize} = useLooks(table);
  const onKey = (event: KeyboardEvent, at: GridCell): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'Delete' || event.key === 'Backspace') {
      if (cellFault(table.columns[at.column] ?? '', '', schema) === null) onClear(at);
      return true;
    }
    if (event.key === 'F2') onEdit(at);
    else if (event.key.length === 1) onEdit(at, event.key);
    else return false;
    return true;
  };
  if (table.rows.length === 0)
    return <EmptyState title="No rows">Press New row to add the first one.</EmptyState>;
  return (
    <GridTable
      label={`Rows of ${path}`}
      cells={cells}
      columns={looks}
      frozen={table.columns[0] === 'patient_id' ? 1 : 0}
      rowCount={table.rows.length}
      longestNumber={formatCount(table.rows.length)}
      rowAt={(index) => rowAt(table, index)}
      onView={() => undefined}
      onResize={resize}
      onMove={onMove}
      onOpen={(at) => onEdit(at)}
      onKey={onKey}
      goTo={goTo}
      onCopy={({columns, rows: [first, last]}) =>
        void copyLines(
          cellLines(
            looks.slice(columns[0], columns[1] + 1),
            table.rows.slice(first, last + 1).map((_, at) => ({values: rowOf(table, first + at)})),
          ),
          'dummy data',
        ).then(onCopied)
      }
    />
  );
}

/** The bar over the table: what it is, and what can be done with its rows. */
function TableBar(props: {
  readonly path: string;
  readonly table: DummyTable;
  /** What was copied last; null for nothing. */
  readonly copied: string | null;
  readonly line: number;
  readonly acts: TableActs;
}) {
  const {path, table, copied, line, acts} = props;
  const unsaved = useDeskState((state) => isUnsaved(state, path));
  return (
    <FileBar
      path={path}
      mark={null}
      note={[
        unsaved ? 'Not saved' : 'Saved',
        formatPlural(table.rows.length, 'row'),
        'dummy table',
        ...(copied === null ? [] : [copied]),
      ].join(' · ')}
      lineNow={() => line}
    >
      <Button icon={<Plus />} tip="Adds a row below the current one" onClick={acts.addRow}>
        New row
      </Button>
      <Button
        icon={<Trash2 />}
        tip="Removes the row of the current cell; can be undone"
        disabled={table.rows.length === 0}
        onClick={acts.removeRow}
      >
        Remove row
      </Button>
      <Button
        icon={<Undo2 />}
        aria-label="Undo"
        keys="Ctrl Z"
        disabled={table.done.length === 0}
        onClick={acts.undo}
      />
      <Button
        icon={<Redo2 />}
        aria-label="Redo"
        keys="Ctrl Y"
        disabled={table.undone.length === 0}
        onClick={acts.redo}
      />
      <SaveButton path={path} />
    </FileBar>
  );
}

function setCellOf(table: DummyTable, {row, column}: GridCell, value: string): DummyTable {
  return setCell(table, row, column, value);
}

type TableActs = ReturnType<typeof useTableActs>;

/** Rows added and removed, and edits undone and made again, by buttons and keys. */
function useTableActs(props: {
  readonly table: DummyTable;
  readonly schema: EhrqlSchema | null;
  readonly cell: GridCell;
  readonly onChange: (table: DummyTable) => void;
  readonly show: (row: number, column: number) => void;
}) {
  const {table, schema, cell, onChange, show} = props;
  const stepped = (next: DummyTable, back: boolean): void => {
    const splice = (back ? table.done : table.undone).at(-1);
    onChange(next);
    if (splice !== undefined) show(Math.min(splice.at, next.rows.length - 1), cell.column);
  };
  const undo = () => stepped(undoEdit(table), true);
  const redo = () => stepped(redoEdit(table), false);
  return {
    undo,
    redo,
    addRow: (): void => {
      const at = Math.min(table.rows.length, cell.row + 1);
      const id = table.columns.indexOf('patient_id');
      // a table of events has many rows of one patient
      const patient =
        schema?.onePerPatient === false
          ? (rowOf(table, cell.row)[id] ?? '1')
          : String(nextPatient(table));
      onChange(
        insertRow(
          table,
          at,
          table.columns.map((_, column) => (column === id ? patient : '')),
        ),
      );
      show(
        at,
        table.columns.findIndex((_, column) => column !== id),
      );
    },
    removeRow: (): void => {
      onChange(removeRow(table, cell.row));
      show(Math.min(cell.row, table.rows.length - 2), cell.column);
    },
    onKeyDown: (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
      const key = event.key.toLowerCase();
      if (key === 'z' && !event.shiftKey) undo();
      else if (key === 'y' || key === 'z') redo();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** The columns as wide as what their first rows hold. */
function useLooks(table: DummyTable) {
  const {widths, resize} = useColumnView();
  const looks = useMemo(() => {
    const rows = table.rows
      .slice(0, ROWS_MEASURED)
      .map((_, row) => ({row, values: rowOf(table, row)}));
    const columns = table.columns.map((name) => ({name: visibleText(name), type: null}));
    return columnLooks(columns, widened(noWidths(columns.length), rows), {sort: null, widths});
  }, [table, widths]);
  return {looks, resize};
}

/** Goes to the next row that holds a text. */
function FindRow(props: {
  readonly table: DummyTable;
  readonly from: number;
  readonly onFound: (row: number, column: number) => void;
}) {
  const {table, from, onFound} = props;
  const [text, setText] = useState('');
  const [none, setNone] = useState(false);
  const find = (): void => {
    const wanted = text.toLowerCase();
    const {rows} = table;
    const at = rows.findIndex((_, step) =>
      rows[(from + 1 + step) % rows.length]?.toLowerCase().includes(wanted),
    );
    setNone(at < 0);
    if (at < 0) return;
    const row = (from + 1 + at) % rows.length;
    const column = rowOf(table, row).findIndex((value) => value.toLowerCase().includes(wanted));
    onFound(row, Math.max(0, column));
  };
  return (
    <>
      {none && <span role="status">No row holds this text.</span>}
      <input
        type="search"
        className={styles.find}
        aria-label="Find a row"
        placeholder="Find a row"
        data-tip="Enter goes to the next row with this text"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setNone(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && text !== '') find();
        }}
      />
    </>
  );
}
