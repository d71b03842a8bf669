import {useId, useState, type KeyboardEvent, type RefObject} from 'react';
import type {EhrqlSchema} from '../../../shared/dataset';
import {cellFault, rowOf, type DummyTable} from '../../../shared/dummyTable';
import {formatCount, formatList} from '../../../shared/format';
import {visibleText} from '../../../shared/visibleText';
import type {GridCell} from '../../lists/gridRange';
import styles from './DummyTable.module.css';

/** Values that a column may hold which are named beside its cell. */
const VALUES_NAMED = 6;

/** A cell while it is edited, with what has been typed. */
export interface EditedCell extends GridCell {
  readonly text: string;
}

/**
 * The value of the current cell, over the grid: typed there, checked as ehrQL would, and taken by Enter, Tab or a click
 * elsewhere. A value that ehrQL would refuse is not taken.
 */
export function CellEditor(props: {
  readonly table: DummyTable;
  readonly schema: EhrqlSchema | null;
  readonly cell: GridCell;
  readonly edited: EditedCell | null;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onEdit: (edited: EditedCell | null) => void;
  readonly onSet: (cell: GridCell, value: string) => void;
  /** Called when the keyboard goes back to the grid, with the rows and columns to go on by. */
  readonly onLeave: (rows: number, columns: number) => void;
}) {
  const {table, schema, edited, input, onEdit, onSet, onLeave} = props;
  const id = useId();
  // a click has moved the current cell before the one that is edited is left
  const cell = edited ?? props.cell;
  const column = table.columns[cell.column] ?? '';
  const held = rowOf(table, cell.row)[cell.column] ?? '';
  const [refused, setRefused] = useState<string | null>(null);
  const fault =
    edited === null || edited.text === held ? null : cellFault(column, edited.text, schema);
  const spec = schema?.columns.find(({name}) => name === column);
  const values = spec?.type === 'bool' ? ['T', 'F'] : (spec?.categories ?? []);

  const take = (): boolean => {
    if (fault !== null) return false;
    if (edited !== null && edited.text !== held) onSet(cell, edited.text);
    onEdit(null);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      onEdit(null);
      onLeave(0, 0);
    } else if (event.key === 'Enter') {
      if (take()) onLeave(event.shiftKey ? -1 : 1, 0);
    } else if (event.key === 'Tab' && edited !== null) {
      if (take()) onLeave(0, event.shiftKey ? -1 : 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.cell}>
      <label htmlFor={id}>
        {visibleText(column)}, row {formatCount(cell.row + 1)}
      </label>
      <input
        ref={input}
        id={id}
        disabled={cell.row >= table.rows.length}
        list={values.length === 0 ? undefined : `${id}-values`}
        aria-invalid={fault !== null}
        aria-describedby={`${id}-note`}
        autoComplete="off"
        spellCheck={false}
        value={edited?.text ?? held}
        onChange={(event) => {
          onEdit({...cell, text: event.target.value});
          setRefused(null);
        }}
        onKeyDown={onKeyDown}
        onFocus={() => setRefused(null)}
        onBlur={() => {
          if (take()) return;
          setRefused(`Not taken: ${fault ?? ''}`);
          onEdit(null);
        }}
      />
      {values.length > 0 && (
        <datalist id={`${id}-values`}>
          {values.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
      <span
        id={`${id}-note`}
        role="status"
        className={fault === null && refused === null ? styles.dim : styles.fault}
      >
        {visibleText(fault ?? refused ?? columnWords(column, spec))}
      </span>
    </div>
  );
}

function columnWords(column: string, spec: EhrqlSchema['columns'][number] | undefined): string {
  if (column === 'patient_id') return 'a whole number';
  if (spec === undefined) return '';
  return spec.categories === null
    ? spec.type
    : `${spec.type}: ${formatList(spec.categories, VALUES_NAMED)}`;
}
