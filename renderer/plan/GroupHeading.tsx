import {useMemo} from 'react';
import {formatCount, formatDuration, formatPlural} from '../../shared/format';
import type {RunRequest} from '../../shared/plan';
import type {PreviewedJob} from '../../shared/preview';
import {GroupName} from '../groups/GroupName';
import {useNow} from '../state/useNow';
import {CodeText} from '../ui/CodeText';
import type {ComparedRow} from './comparison';
import {RowCheck} from './JobRow';
import {sumJobs} from './planLines';
import type {Columns} from './planColumns';
import styles from './PlanJobs.module.css';
import {excluding, including} from './exclude';

/** The heading of similar rows, which folds them: what is true of all together; its tick box excludes or includes all. */
export function GroupHeading(props: {
  readonly columns: Columns;
  readonly name: string;
  /** All have a job, or all have none. */
  readonly rows: readonly ComparedRow[];
  readonly previews: ReadonlyMap<string, PreviewedJob>;
  readonly expanded: boolean;
  readonly request: RunRequest;
  readonly onToggle: () => void;
  readonly onChange: (next: Partial<RunRequest>) => void;
}) {
  const {columns, name, rows, previews, expanded, request, onToggle, onChange} = props;
  const now = useNow(60_000);
  const {why, files, seconds, there} = useMemo(
    () => sumJobs(rows, previews, now),
    [rows, previews, now],
  );
  const names = rows.map(({action}) => action);
  const runs = rows.every(({job}) => job !== null);
  const all = `all ${formatCount(rows.length)} of ${name}`;
  const change = () => onChange(runs ? excluding(request, names) : including(request, names));
  return (
    <>
      <RowCheck runs={runs} what={all} onChange={change} />
      <span className={styles.number} />
      <button
        type="button"
        className={styles.heading}
        aria-expanded={expanded}
        aria-label={`${name} × ${formatCount(rows.length)}`}
        data-tip={`${name}: ${formatPlural(rows.length, 'similar action')}: ${why.replaceAll('`', '')}`}
        onClick={onToggle}
      >
        <GroupName name={name} count={rows.length} expanded={expanded} />
      </button>
      <span className={styles.reason} data-tip={why.replaceAll('`', '')}>
        <CodeText text={why} />
      </span>
      {runs && columns.change && <span className={styles.change} />}
      {runs && columns.replaces && (
        <span className={styles.replaces}>
          {files === null || files === 0 ? '' : formatPlural(files, 'file')}
        </span>
      )}
      {runs && columns.takes && (
        <span className={styles.seconds} data-tip="One after the other">
          {seconds === null ? '' : formatDuration(seconds)}
        </span>
      )}
      {columns.there && (
        <span className={styles.there} data-runs={there > 0}>
          {thereWords(there, rows.length)}
        </span>
      )}
    </>
  );
}

/** What `opensafely run` does with so many of them. */
function thereWords(there: number, all: number): string {
  if (there === 0) return 'skips';
  return there === all ? 'runs' : `runs ${formatCount(there)} of ${formatCount(all)}`;
}
