import type {ReactNode} from 'react';
import {formatDayTime, formatDuration, formatPlural} from '../../shared/format';
import type {ActionLogFile} from '../../shared/log';
import {visibleText} from '../../shared/visibleText';
import {useNow} from '../state/useNow';
import {useChoice} from '../state/deskStore';
import {Button} from '../ui/Button';
import styles from './LogFileCard.module.css';

/** What stands at the end of an action's log file, at its head: how the job ended, when, with which image, what it made. */
export function LogFileCard(props: {readonly file: ActionLogFile; readonly byOpensafely: boolean}) {
  const {file, byOpensafely} = props;
  const now = useNow(60_000);
  const [open, setOpen] = useChoice('log.file', 'off');
  const seconds =
    file.createdAt !== null && file.completedAt !== null
      ? (Date.parse(file.completedAt) - Date.parse(file.createdAt)) / 1000
      : null;
  const failed = file.exitCode !== null && file.exitCode !== 0;
  return (
    <section className={styles.card} aria-label={`End of ${file.path}`} data-failed={failed}>
      <p className={styles.head}>
        <strong>{visibleText(file.message ?? 'The file does not say how the job ended')}</strong>
        {file.exitCode !== null && <span>exit code {file.exitCode}</span>}
        {file.completedAt !== null && <span>{formatDayTime(file.completedAt, now)}</span>}
        {seconds !== null && seconds >= 0 && <span>{formatDuration(seconds)}</span>}
        <span>{formatPlural(file.outputs.length, 'output')}</span>
        <Button
          look="link"
          aria-expanded={open === 'on'}
          onClick={() => setOpen(open === 'on' ? 'off' : 'on')}
        >
          {open === 'on' ? 'Less' : 'More'}
        </Button>
        <span className={styles.from}>
          {file.path}
          {byOpensafely && ', written by opensafely run'}
        </span>
      </p>
      {file.hint !== null && <p className={styles.hint}>{visibleText(file.hint)}</p>}
      {open === 'on' && (
        <dl className={styles.facts}>
          <Fact name="Image">{file.image}</Fact>
          <Fact name="Commit">{file.commit}</Fact>
          <Fact name="Created">
            {file.createdAt === null ? null : formatDayTime(file.createdAt, now)}
          </Fact>
          <Fact name="Outputs">
            {file.outputs.length === 0 ? 'none' : null}
            {file.outputs.map(({path, tier}) => (
              <code key={path}>{`${visibleText(path)}  ${tier.replace('_', ' ')}`}</code>
            ))}
          </Fact>
          {file.notes.map(({heading, rows}) => (
            <Fact key={heading} name={visibleText(heading)}>
              {rows.map((row) => (
                <code key={row}>{visibleText(row)}</code>
              ))}
            </Fact>
          ))}
        </dl>
      )}
    </section>
  );
}

function Fact({name, children}: {readonly name: string; readonly children: ReactNode}) {
  if (children === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
