import {X} from 'lucide-react';
import {useEffect, useState} from 'react';
import {formatCount} from '../../../shared/format';
import type {ColumnSummary, TableSchema} from '../../../shared/table';
import {visibleText} from '../../../shared/visibleText';
import {ErrorWords} from '../../errors/ErrorWords';
import type {Answer} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {IconButton} from '../../ui/Button';
import styles from './ColumnPanel.module.css';

/** How long a column must be the current one before its figures are asked for, in milliseconds. */
const STAYS_MS = 150;

/** The figures of a column over all rows of the file, and how its values lie. */
export function ColumnPanel(props: {
  readonly path: string;
  readonly schema: TableSchema;
  /** Its place in the file. */
  readonly column: number;
  readonly onClose: () => void;
}) {
  const {path, schema, column} = props;
  const {host} = useDesk();
  const [answered, setAnswered] = useState<{
    readonly column: number;
    readonly answer: Answer<ColumnSummary>;
  } | null>(null);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      void host.request('outputs:tableSummary', {path, column}).then((answer) => {
        if (current) setAnswered({column, answer});
      });
    }, STAYS_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [host, path, column, schema.complete]);

  const answer = answered?.column === column ? answered.answer : null;
  return (
    <aside className={styles.panel} aria-label="Column summary">
      <header className={styles.head}>
        <h3 className={styles.name}>{visibleText(schema.columns[column]?.name ?? '')}</h3>
        <IconButton icon={<X />} label="Close summary" onClick={props.onClose} />
      </header>
      {answer === null ? (
        <p className={styles.dim} role="status">
          {schema.complete ? 'Counting…' : 'Reading the file…'}
        </p>
      ) : answer.ok ? (
        <Figures figures={answer.value} rows={schema.totalRows ?? 0} />
      ) : (
        <ErrorWords error={answer.error} />
      )}
    </aside>
  );
}

function Figures({figures, rows}: {readonly figures: ColumnSummary; readonly rows: number}) {
  const {type, missing, redacted, distinct, min, smallestNonZero, max, sum, bars} = figures;
  const isNumeric = type === 'integer' || type === 'number';
  const isText = type === 'text' || type === 'category';
  const isAll = bars.reduce((total, {count}) => total + count, 0) === rows - missing - redacted;
  const most = bars.reduce((largest, {count}) => Math.max(largest, count), 1);
  const lines: readonly (readonly [string, string | null])[] = [
    ['Type', type],
    ['Missing', `${formatCount(missing)} of ${formatCount(rows)}`],
    ['Redacted', redacted > 0 ? formatCount(redacted) : null],
    ['Distinct values', formatCount(distinct)],
    [isText ? 'First (A–Z)' : 'Smallest', min],
    ['Smallest non-zero', isNumeric ? smallestNonZero : null],
    [isText ? 'Last (A–Z)' : 'Largest', max],
    ['Sum', isNumeric ? sum : null],
  ];
  return (
    <>
      <p className={styles.dim}>All rows</p>
      <dl className={styles.figures}>
        {lines.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{visibleText(value)}</dd>
              </div>
            ),
        )}
      </dl>
      {bars.length > 0 && (
        <ul className={styles.bars} aria-label={isAll ? 'Values' : 'Most frequent values'}>
          {!isAll && <li className={styles.dim}>Most frequent values</li>}
          {bars.map(({label, count}) => (
            <li key={label} className={styles.bar}>
              <span className={styles.label} data-tip={label}>
                {label === '' ? <em>empty</em> : visibleText(label)}
              </span>
              <span className={styles.count}>{formatCount(count)}</span>
              <span className={styles.length} style={{width: `${(count / most) * 100}%`}} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
