import {History, Play, Square} from 'lucide-react';
import {useMemo, useRef, useState} from 'react';
import {formatCount, formatPlural} from '../../../shared/format';
import {MOST_SQL_ROWS, type SqlRows, type TableRow, type TableSchema} from '../../../shared/table';
import type {Tier} from '../../../shared/sensitivity';
import {sqlName, uniqueNames} from '../../../shared/tableSql';
import {ErrorBox} from '../../errors/ErrorWords';
import {GridTable} from '../../lists/GridTable';
import type {Answer} from '../../state/ask';
import {useDesk, type DeskStore} from '../../state/deskStore';
import {Button} from '../../ui/Button';
import {Menu} from '../../ui/Menu';
import {EmptyState} from '../../ui/Section';
import styles from '../OutputViewer.module.css';
import {columnLooks, noWidths, widened} from './columnLooks';
import {cellLines, copyLines} from './copyCells';
import {useColumnView} from './useColumnView';

/** Questions in SQL over the open file, which they can read and nothing else. */
export function SqlPanel(props: {
  readonly path: string;
  readonly schema: TableSchema;
  readonly tier: Tier | null;
}) {
  const {path, schema, tier} = props;
  const {host, store} = useDesk();
  const [sql, setSql] = useState(() => firstQuestion(schema));
  const [answer, setAnswer] = useState<Answer<SqlRows>>(null);
  const [isAsking, setAsking] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const asked = useRef(0);

  const ask = async (): Promise<void> => {
    if (sql.trim() === '' || isAsking) return;
    asked.current += 1;
    const mine = asked.current;
    setAsking(true);
    setAnswer(null);
    setSaid(null);
    keepQuestion(store, sql);
    const result = await host.request('outputs:tableSql', {path, sql});
    if (mine !== asked.current) return;
    setAsking(false);
    setAnswer(result);
  };

  return (
    <>
      <div className={styles.sql}>
        <textarea
          className={styles.question}
          aria-label="SQL query of the table data"
          spellCheck={false}
          value={sql}
          onChange={(event) => setSql(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void ask();
          }}
        />
        <div className={styles.asking}>
          {isAsking ? (
            <Button
              icon={<Square />}
              onClick={() => void host.request('outputs:stopTableSql', {path})}
            >
              Stop
            </Button>
          ) : (
            <Button look="primary" icon={<Play />} keys="Ctrl Enter" onClick={() => void ask()}>
              {' '}
              Run query{' '}
            </Button>
          )}
          <Menu
            look="quiet"
            align="right"
            icon={<History />}
            aria-label="Query history"
            items={() => {
              const kept = keptQuestions(store);
              if (kept.length === 0)
                return [{id: 'none', label: 'None yet', disabled: true, onChoose: () => undefined}];
              return kept.map((text) => ({
                id: text,
                label: text.replace(/\s+/g, ' ').slice(0, 80),
                tip: text,
                onChoose: () => setSql(text),
              }));
            }}
          />
        </div>
      </div>
      <p className={styles.note} role="status">
        {answer === null && !isAsking && 'Query the table data (read-only).'}
        {isAsking && (schema.complete ? 'Running…' : 'Reading the file…')}
        {answer?.ok === true && foundWords(answer.value)}
        {said !== null && ` · ${said}`}
      </p>
      {answer?.ok === false && <ErrorBox error={answer.error} />}
      {answer?.ok === true &&
        (answer.value.rows.length === 0 ? (
          <EmptyState title="No rows" />
        ) : (
          <Found
            found={answer.value}
            onCopy={(lines) => void copyLines(lines, tier).then(setSaid)}
          />
        ))}
    </>
  );
}

/** Something to begin with, over the first columns. */
function firstQuestion({columns}: TableSchema): string {
  const [first = 'c'] = uniqueNames(columns.map(({name}) => name));
  const name = sqlName(first);
  return `SELECT ${name}, count(*)\nFROM data\nGROUP BY ${name}\nORDER BY count(*) DESC`;
}

function foundWords({rows, more}: SqlRows): string {
  return more
    ? `Showing the first ${formatCount(MOST_SQL_ROWS)} rows; there are more.`
    : `Showing ${formatCount(rows.length)} of ${formatPlural(rows.length, 'row')}`;
}

function Found(props: {
  readonly found: SqlRows;
  readonly onCopy: (lines: readonly (readonly string[])[]) => void;
}) {
  const {columns, rows} = props.found;
  const {widths, resize} = useColumnView();
  const numbered = useMemo(
    () =>
      rows.map((values, at) => ({
        row: at + 1,
        values,
        number: formatCount(at + 1),
      })) satisfies readonly TableRow[],
    [rows],
  );
  const looks = useMemo(
    () =>
      columnLooks(columns, widened(noWidths(columns.length), numbered), {
        sort: null,
        widths,
      }),
    [columns, numbered, widths],
  );
  return (
    <GridTable
      label="Query result"
      columns={looks}
      rowCount={rows.length}
      longestNumber={formatCount(rows.length)}
      rowAt={(index) => numbered[index]}
      onView={() => undefined}
      onResize={resize}
      onCopy={(range) =>
        props.onCopy(
          cellLines(
            looks.slice(range.columns[0], range.columns[1] + 1),
            numbered.slice(range.rows[0], range.rows[1] + 1),
          ),
        )
      }
    />
  );
}

/** Where the questions are kept with the study's view, as a JSON list. */
const KEPT = 'tables.sql';

/** Questions that are kept, the latest first. */
const MOST = 20;

/** The questions in SQL that were asked in this study, the latest first. */
function keptQuestions(store: DeskStore): readonly string[] {
  try {
    const kept: unknown = JSON.parse(store.getState().choices[KEPT] ?? '[]');
    return Array.isArray(kept)
      ? kept.filter((each): each is string => typeof each === 'string')
      : [];
  } catch {
    return [];
  }
}

/** Keeps a question, once, as the latest one. */
function keepQuestion(store: DeskStore, sql: string): void {
  const others = keptQuestions(store).filter((each) => each !== sql);
  const kept = JSON.stringify([sql, ...others].slice(0, MOST));
  store.setState(({choices}) => ({choices: {...choices, [KEPT]: kept}}));
}
