import {Fragment, useId} from 'react';
import type {CheckedFile} from '../../shared/check';
import {formatCount, formatPlural} from '../../shared/format';
import type {DraftFile, DraftGroup} from '../../shared/release';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Field} from '../ui/Field';
import styles from './Checks.module.css';

const TEXTS = [
  ['context', 'Context', 8],
  ['controls', 'Controls', 6],
] as const;

/** A group of files: which of them, what a checker sees of them, and the context for the checker. */
export function GroupForm(props: {
  readonly group: DraftGroup;
  readonly others: readonly string[];
  readonly onChange: (group: DraftGroup) => void;
  readonly onMove: (path: string, group: string) => void;
}) {
  const {group, others, onChange, onMove} = props;
  const id = useId();
  const put = (path: string, change: Partial<DraftFile> | null): void =>
    onChange({
      ...group,
      files: group.files.flatMap((file) =>
        file.path !== path ? [file] : change === null ? [] : [{...file, ...change}],
      ),
    });
  return (
    <section className={styles.group} aria-label={`Group ${group.name}`}>
      <Field
        label="Group"
        value={group.name}
        hint={formatPlural(group.files.length, 'file')}
        onChange={(event) => onChange({...group, name: event.target.value})}
      />
      {group.files.map((file) => (
        <FileLine
          key={file.path}
          file={file}
          group={group.name}
          others={others}
          onUse={(use) => put(file.path, {use})}
          onRemove={() => put(file.path, null)}
          onMove={(name) => onMove(file.path, name)}
        />
      ))}
      {group.files.length === 0 && (
        <p className={styles.dim}>This group is empty and will not be saved.</p>
      )}
      {TEXTS.map(([name, label, rows]) => (
        <Fragment key={name}>
          <label htmlFor={`${id}-${name}`} className={styles.label}>
            {label}
          </label>
          <textarea
            id={`${id}-${name}`}
            className={styles.text}
            rows={rows}
            value={group[name]}
            onChange={(event) => onChange({...group, [name]: event.target.value})}
          />
        </Fragment>
      ))}
    </section>
  );
}

const NEW_GROUP = '\u0000new';

function FileLine(props: {
  readonly file: DraftFile;
  readonly group: string;
  readonly others: readonly string[];
  readonly onUse: (use: DraftFile['use']) => void;
  readonly onRemove: () => void;
  readonly onMove: (group: string) => void;
}) {
  const {file, group, others, onUse, onRemove, onMove} = props;
  const {store} = useDesk();
  const seen = useDeskState(({checked}) => checked?.files.find(({path}) => path === file.path));
  return (
    <div className={styles.fileLine}>
      <div className={styles.fileHead}>
        <Button
          look="link"
          onClick={() => store.setState({centre: {kind: 'output', path: file.path}})}
        >
          {file.path}
        </Button>
        <select
          aria-label={`Use of ${file.path}`}
          value={file.use}
          onChange={(event) => onUse(event.target.value === 'output' ? 'output' : 'supporting')}
        >
          <option value="output">to release</option>
          <option value="supporting">supporting file</option>
        </select>
        <select
          aria-label={`Group of ${file.path}`}
          value={group}
          onChange={(event) =>
            onMove(
              event.target.value === NEW_GROUP ? `group ${others.length + 1}` : event.target.value,
            )
          }
        >
          {[...new Set(others)].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          <option value={NEW_GROUP}>new group</option>
        </select>
        <Button look="quiet" onClick={onRemove}>
          {' '}
          Remove{' '}
        </Button>
      </div>
      {seen !== undefined && seen.columns.length > 0 && <SeenColumns file={seen} />}
    </div>
  );
}

/** What a checker looks at first: the figures of each column. */
function SeenColumns({file}: {readonly file: CheckedFile}) {
  return (
    <details className={styles.seen}>
      <summary>
        What a checker sees: {formatPlural(file.rows ?? 0, 'row')},{' '}
        {formatPlural(file.columns.length, 'column')}
      </summary>
      {file.notRead !== null && <p className={styles.stale}>{file.notRead}</p>}
      <div className={styles.seenTable}>
        <table>
          <thead>
            <tr>
              {[
                'column',
                'numbers',
                'redacted',
                'smallest',
                'smallest above 0',
                'largest',
                'rounding',
              ].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {file.columns.map((column, at) => (
              <tr key={at}>
                <th scope="row">{column.name}</th>
                <td>{formatCount(column.numeric)}</td>
                <td>{formatCount(column.redacted)}</td>
                <td>{column.min ?? ''}</td>
                <td>{column.smallestNonZero ?? ''}</td>
                <td>{column.max ?? ''}</td>
                <td>
                  {!column.counts || column.numeric === 0
                    ? ''
                    : column.multiplesOf5
                      ? 'multiples of 5'
                      : column.midpoint6
                        ? 'midpoint 6'
                        : 'neither to 5 nor to midpoint 6'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
