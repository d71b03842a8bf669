import {useId} from 'react';
import {formatCount} from '../../shared/format';
import {MOST_PLACES} from '../../shared/logSearch';
import styles from './LogFind.module.css';
import type {LogFindState} from './useLogFind';

/** Filter lines find looks at: of a stream, about errors, of a time; and whether the others are shown at all. */
export function LogFilterRow({finding}: {readonly finding: LogFindState}) {
  const {filter, setFilter} = finding;
  return (
    <div className={styles.filters} role="group" aria-label="Filter lines">
      <select
        aria-label="Stream"
        value={filter.stream ?? ''}
        onChange={({target: {value}}) =>
          setFilter({...filter, stream: value === 'stdout' || value === 'stderr' ? value : null})
        }
      >
        <option value="">Both streams</option>
        <option value="stdout">stdout</option>
        <option value="stderr">stderr</option>
      </select>
      <select
        aria-label="Level"
        value={filter.level ?? ''}
        onChange={({target: {value}}) =>
          setFilter({...filter, level: value === 'error' || value === 'warning' ? value : null})
        }
      >
        <option value="">Any level</option>
        <option value="error">Errors</option>
        <option value="warning">Warnings and errors</option>
      </select>
      <Time
        label="From"
        value={filter.from}
        onChange={(from) => setFilter({...filter, from})}
        seconds={0}
      />
      <Time
        label="To"
        value={filter.to}
        onChange={(to) => setFilter({...filter, to})}
        seconds={1}
      />
      <label>
        <input
          type="checkbox"
          checked={finding.only}
          disabled={finding.pattern.text === '' && !finding.search.asked}
          onChange={({target}) => finding.setOnly(target.checked)}
        />
        Show matches only
      </label>
      {finding.only && finding.count > MOST_PLACES && (
        <span role="status">First {formatCount(MOST_PLACES)} matches</span>
      )}
    </div>
  );
}

/** A time of this computer's clock; an end belongs to what is shown, so it is sent as the second after it. */
function Time(props: {
  readonly label: string;
  readonly value: string | null;
  readonly seconds: 0 | 1;
  readonly onChange: (value: string | null) => void;
}) {
  const {label, value, seconds, onChange} = props;
  const id = useId();
  return (
    <span>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        step={1}
        value={value === null ? '' : localTime(Date.parse(value) - seconds * 1000)}
        onChange={({target}) => {
          const at = Date.parse(target.value);
          onChange(Number.isNaN(at) ? null : new Date(at + seconds * 1000).toISOString());
        }}
      />
    </span>
  );
}

/** As a field for times takes it. */
function localTime(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
