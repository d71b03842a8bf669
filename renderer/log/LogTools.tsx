import {Clock, Columns2, Download, LocateFixed, Search, SquarePen, WrapText} from 'lucide-react';
import {formatDayTime} from '../../shared/format';
import {ask} from '../state/ask';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {selectAttempt} from '../state/selection';
import {following} from '../state/followRun';
import {useNow} from '../state/useNow';
import {outcomeWords} from '../status/stateWords';
import {Button} from '../ui/Button';
import {Menu} from '../ui/Menu';
import styles from './LogPanel.module.css';
import {besideOf, besideOptions, useBeside} from './beside';
import type {LogJob} from './useLogJob';

/** Logs offered beside this one; others are chosen by selecting their actions. */
const MOST_OPTIONS = 40;

const TIMES = [
  {id: 'on', label: 'Time of day'},
  {id: 'since', label: 'Since the job began'},
  {id: 'off', label: 'None'},
] as const;

/** A name for the file of an action's log, without what file names can't hold. */
function fileNameOf(action: string | null): string {
  return `${(action ?? 'job').replace(/[^\p{L}\p{N}._ -]/gu, '_').slice(0, 200)}.log`;
}

/** The log's own buttons, at the right of the tabs: follow the run, find, wrap, time, attempt. */
export function LogTools(props: {
  readonly job: LogJob;
  /** The key that follows the run, for the tooltip. */
  readonly followKeys: string;
}) {
  const {job, followKeys} = props;
  const desk = useDesk();
  const {store} = desk;
  const [wrap, setWrap] = useChoice('log.wrap', 'off');
  const [time, setTime] = useChoice('log.time', 'on');
  const [find, setFind] = useChoice('log.find', 'off');
  const now = useNow(60_000);
  const chosen = useDeskState((state) => state.attempt !== null);
  const underWay = useDeskState((state) => state.activeRunId !== null);
  const follows = useDeskState((state) => state.followsRun);
  const {attempts, jobId, file} = job;
  const index = attempts.findIndex((attempt) => attempt.id === jobId);
  const [choice, setChoice] = useBeside();
  const runs = useDeskState((state) => state.runs);
  const options = besideOptions(job, runs);
  const beside = besideOf(choice, job, runs);
  const flip = (value: string) => (value === 'on' ? 'off' : 'on');

  return (
    <>
      {underWay && (
        <Button
          look="quiet"
          icon={<LocateFixed aria-hidden="true" />}
          aria-label="Follow the run"
          aria-pressed={follows}
          tip="The selection moves to the action that runs; a click on an action ends it"
          keys={followKeys}
          onClick={() => store.setState((state) => following(state, !state.followsRun))}
        >
          <span className={styles.words}>Follow the run</span>
        </Button>
      )}
      <Button
        look="quiet"
        icon={<Search aria-hidden="true" />}
        aria-label="Find in log"
        aria-pressed={find === 'on'}
        onClick={() => setFind(flip(find))}
      />
      <Button
        look="quiet"
        icon={<WrapText aria-hidden="true" />}
        aria-label="Wrap"
        aria-pressed={wrap === 'on'}
        tip="Wrap long lines"
        onClick={() => setWrap(flip(wrap))}
      >
        <span className={styles.words}>Wrap</span>
      </Button>
      <Menu
        look="quiet"
        menuLabel="Times of lines"
        align="right"
        icon={<Clock aria-hidden="true" />}
        aria-label="Time"
        tip="Show when each line was printed"
        items={TIMES.map(({id, label}) => ({
          id,
          label,
          detail: id === time ? 'shown' : undefined,
          onChoose: () => setTime(id),
        }))}
      >
        <span className={styles.words}>Time</span>
      </Menu>
      {jobId !== null && (
        <>
          <Button
            look="quiet"
            icon={<Download aria-hidden="true" />}
            aria-label="Save log as…"
            tip="Save all of this log as a file"
            onClick={() =>
              void ask(desk, 'logs:save', {jobId, suggestedName: fileNameOf(job.action)})
            }
          />
          <Button
            look="quiet"
            icon={<SquarePen aria-hidden="true" />}
            aria-label="Open log in the editor"
            tip="Open a copy of all of this log in the editor"
            onClick={() => void ask(desk, 'logs:openInEditor', {jobId})}
          />
        </>
      )}
      {options.length > 0 && (
        <Menu
          look="quiet"
          menuLabel="Several logs"
          align="right"
          icon={<Columns2 aria-hidden="true" />}
          aria-label="Several logs"
          tip="Read another attempt or job beside this log, or all jobs of its run by time"
          items={[
            {
              id: 'alone',
              label: 'This log alone',
              detail: beside === null ? 'shown' : undefined,
              onChoose: () => setChoice(''),
            },
            ...options.slice(0, MOST_OPTIONS).map(({choice: id, beside: {title, kind}}, at) => ({
              id,
              label: kind === 'split' ? `Beside ${title}` : title,
              detail: beside !== null && id === choice ? 'shown' : undefined,
              separated: at === 0,
              onChoose: () => {
                if (kind === 'merged') setFind('off');
                setChoice(id);
              },
            })),
          ]}
        />
      )}
      {(index >= 0 || file !== null) && (
        <Menu
          look="quiet"
          menuLabel="Attempts"
          align="right"
          tip="Logs of earlier attempts are kept"
          items={[
            ...attempts.map((attempt, at) => ({
              id: attempt.id,
              label: `Attempt ${attempts.length - at}: ${formatDayTime(attempt.createdAt, now)}`,
              detail: outcomeWords(attempt),
              onChoose: () => selectAttempt(store, attempt),
            })),
            ...(file === null
              ? []
              : [
                  {
                    id: file.jobId,
                    label: file.path,
                    detail: job.ranElsewhere ? 'opensafely run' : (file.message ?? undefined),
                    onChoose: () => selectAttempt(store, {id: file.jobId, action: file.action}),
                  },
                ]),
            ...(chosen
              ? [
                  {
                    id: 'newest',
                    label: 'Always the newest',
                    separated: true,
                    onChoose: () => store.setState({attempt: null}),
                  },
                ]
              : []),
          ]}
        >
          {index >= 0
            ? `Attempt ${attempts.length - index} of ${attempts.length}`
            : (file?.path ?? 'Attempts')}
        </Menu>
      )}
    </>
  );
}
