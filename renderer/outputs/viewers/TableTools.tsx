import {ArrowDown, ArrowUp, Ellipsis, TableProperties} from 'lucide-react';
import {useEffect, useRef, useState, type KeyboardEvent, type Ref} from 'react';
import type {TableQuery, TableSchema} from '../../../shared/table';
import {Button, IconButton} from '../../ui/Button';
import {Menu, type MenuItem} from '../../ui/Menu';
import styles from '../OutputViewer.module.css';
import type {ColumnView} from './useColumnView';

/** What stands beside or instead of the rows. */
export type TableSide = 'none' | 'figures' | 'sql';

/** Props of {@link TableTools}. */
export interface TableToolsProps {
  readonly shown: string;
  /** What has just been done. */
  readonly said: string | null;
  readonly schema: TableSchema;
  readonly view: ColumnView;
  readonly query: TableQuery;
  readonly side: TableSide;
  readonly onSide: (side: TableSide) => void;
  readonly onWhere: (where: string | null) => void;
  /** From 1. */
  readonly onGoTo: (row: number) => void;
  readonly onFind: (text: string, backwards: boolean) => void;
  readonly findRef: Ref<HTMLInputElement>;
}

/** The line above a table: how much of it is shown, a text to find, a condition, a row to go to, and the rest in a menu. */
export function TableTools(props: TableToolsProps) {
  const {shown, said, query, side, onSide} = props;
  return (
    <div className={styles.tableTools}>
      <span role="status" className={styles.shown} data-tip={shown}>
        {said !== null && `${said} · `}
        {shown}
      </span>
      {side === 'sql' ? (
        <Button icon={<TableProperties />} onClick={() => onSide('none')}>
          Back to the rows
        </Button>
      ) : (
        <>
          <Find onFind={props.onFind} findRef={props.findRef} />
          <Where where={query.where} onWhere={props.onWhere} />
          <GoTo label="Go to row" onGoTo={props.onGoTo} />
          <Menu
            look="quiet"
            align="right"
            icon={<Ellipsis />}
            aria-label="Columns, summary, SQL"
            menuLabel="Table"
            items={() => moreItems(props)}
          />
        </>
      )}
    </div>
  );
}

function moreItems({schema: {columns}, view, side, onSide}: TableToolsProps): readonly MenuItem[] {
  const hidden = columns.flatMap(({name}, at) => (view.hidden.has(at) ? [{name, at}] : []));
  return [
    {
      id: 'figures',
      label: side === 'figures' ? 'Hide the summary' : 'Summary of the column',
      onChoose: () => onSide(side === 'figures' ? 'none' : 'figures'),
    },
    {id: 'sql', label: 'Query with SQL', onChoose: () => onSide('sql')},
    {
      id: 'freeze',
      label: view.frozen > 0 ? 'Unfreeze columns' : 'Freeze the first column',
      separated: true,
      onChoose: () => view.freeze(view.frozen > 0 ? 0 : 1),
    },
    {
      id: 'all',
      label: 'Show all columns',
      disabled: hidden.length === 0,
      detail: hidden.length === 0 ? 'none hidden' : undefined,
      onChoose: view.showAll,
    },
    ...hidden.slice(0, 30).map(({name, at}, index) => ({
      id: String(at),
      label: `Show ${name}`,
      separated: index === 0,
      onChoose: () => view.show(at),
    })),
  ];
}

function onEnter(event: KeyboardEvent, act: () => void): void {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  act();
}

function Find(props: {
  readonly onFind: (text: string, backwards: boolean) => void;
  readonly findRef: Ref<HTMLInputElement>;
}) {
  const [text, setText] = useState('');
  const find = (backwards: boolean): void => {
    if (text !== '') props.onFind(text, backwards);
  };
  return (
    <span className={styles.find}>
      <input
        ref={props.findRef}
        type="search"
        className={styles.field}
        aria-label="Find in the table"
        placeholder="Find in the table"
        data-tip="Enter finds the next cell, Shift+Enter the one before"
        data-keys="Ctrl F"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => onEnter(event, () => find(event.shiftKey))}
      />
      <IconButton
        icon={<ArrowUp />}
        label="Find previous"
        disabled={text === ''}
        onClick={() => find(true)}
      />
      <IconButton
        icon={<ArrowDown />}
        label="Find next"
        disabled={text === ''}
        onClick={() => find(false)}
      />
    </span>
  );
}

/** The condition as it is typed; one set elsewhere is shown here too. */
function Where(props: {
  readonly where: string | null;
  readonly onWhere: (where: string | null) => void;
}) {
  const [where, setWhere] = useState(props.where ?? '');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (document.activeElement !== field.current) setWhere(props.where ?? '');
  }, [props.where]);
  return (
    <input
      ref={field}
      type="search"
      className={styles.where}
      aria-label="SQL condition"
      placeholder="Filter rows, e.g. age > 50"
      value={where}
      onChange={(event) => {
        setWhere(event.target.value);
        if (event.target.value === '') props.onWhere(null);
      }}
      onKeyDown={(event) => onEnter(event, () => props.onWhere(where.trim() === '' ? null : where))}
    />
  );
}

/** A number, from 1, to go to. */
export function GoTo(props: {readonly label: string; readonly onGoTo: (row: number) => void}) {
  const [row, setRow] = useState('');
  return (
    <input
      type="text"
      inputMode="numeric"
      className={styles.goTo}
      aria-label={props.label}
      placeholder={props.label}
      value={row}
      onChange={(event) => setRow(event.target.value.replace(/\D/g, ''))}
      onKeyDown={(event) => onEnter(event, () => row !== '' && props.onGoTo(Number(row)))}
    />
  );
}
