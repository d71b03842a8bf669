import {X} from 'lucide-react';
import {useCallback, useEffect, useEffectEvent, useState} from 'react';
import {formatPlural} from '../../shared/format';
import type {Job} from '../../shared/job';
import type {PathLink} from '../../shared/pathLinks';
import {useChoice, useDesk} from '../state/deskStore';
import {lineAt} from '../state/logPages';
import {openPath} from '../state/openPath';
import {outcomeWords} from '../status/stateWords';
import {Button, IconButton} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {LogLineRow} from './LogLineRow';
import {LogLines} from './LogLines';
import styles from './LogPanel.module.css';
import {LongLine} from './LongLine';
import {timeColumnOf} from './timeColumn';
import {NO_PATTERN} from './useLogFind';
import {useLineWindow} from './useLineWindow';
import {useReadPages, type ReadPage} from './useReadPages';

/** The logs of one job or of several, merged by time, to be read beside another one or in its place. */
export function LogBeside(props: {
  readonly jobs: readonly Job[];
  readonly title: string;
  readonly onClose: () => void;
}) {
  const {jobs, title, onClose} = props;
  const desk = useDesk();
  const {host} = desk;
  const [wrap] = useChoice('log.wrap', 'off');
  const [time] = useChoice('log.time', 'on');
  const [longLine, setLongLine] = useState<number | null>(null);
  const jobIds = jobs.map(({id}) => id);
  const single = jobs.length === 1 ? jobs[0] : undefined;
  const read: ReadPage = (fromSeq, limit) =>
    single === undefined
      ? host.request('logs:readMerged', {jobIds, fromSeq, limit})
      : host.request('logs:read', {jobId: single.id, fromSeq, limit});
  const key = jobIds.join(' ');
  const {log, error, need} = useReadPages(key, read, single === undefined);
  const shown = useLineWindow(log.totalLines, wrap === 'on', key);
  const {from, to} = shown;
  const needShown = useEffectEvent(need);
  useEffect(() => needShown(from, to), [from, to, log]);
  const onOpen = useCallback(
    ({path, line}: PathLink, inEditor: boolean) => void openPath(desk, path, line, inEditor),
    [desk],
  );
  const began = jobs.reduce<string | null>(
    (first, {startedAt}) =>
      first === null || (startedAt !== null && startedAt < first) ? startedAt : first,
    null,
  );
  const timeColumn = timeColumnOf(time, began);
  const width = Math.max(...jobs.map(({action}) => action.length));

  return (
    <section className={styles.beside} aria-label={title}>
      <header className={styles.besideHead}>
        <strong>{title}</strong>
        {single !== undefined && <span>{outcomeWords(single)}</span>}
        <span>{formatPlural(log.totalLines, 'line')}</span>
        <IconButton icon={<X />} label={`Close ${title}`} onClick={onClose} />
      </header>
      {log.totalLines === 0 ? (
        <EmptyState title={error === null ? 'Nothing printed' : error.message}>
          {error?.hint ?? ''}
        </EmptyState>
      ) : (
        <div className={styles.body}>
          <LogLines
            window={shown}
            label={title}
            wrapped={wrap === 'on'}
            onKeyDown={() => undefined}
            row={(seq) => {
              const line = lineAt(log, seq);
              const of = line?.of === undefined ? undefined : jobs[line.of];
              return (
                <LogLineRow
                  seq={seq}
                  line={line}
                  name={single === undefined ? {text: of?.action ?? '', width} : null}
                  digits={String(log.totalLines).length}
                  time={timeColumn}
                  pattern={NO_PATTERN}
                  found={false}
                  here={false}
                  picked={false}
                  onPick={null}
                  onShowAll={single === undefined ? null : setLongLine}
                  onOpen={onOpen}
                />
              );
            }}
          />
          {shown.fresh > 0 && (
            <Button look="primary" className={styles.fresh} onClick={shown.follow}>
              {formatPlural(shown.fresh, 'new line')}
            </Button>
          )}
        </div>
      )}
      {longLine !== null && single !== undefined && (
        <LongLine jobId={single.id} seq={longLine} onClose={() => setLongLine(null)} />
      )}
    </section>
  );
}
