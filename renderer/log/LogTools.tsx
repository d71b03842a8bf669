import {Clock, Columns2, Download, LocateFixed, Search, SquarePen, WrapText} from 'lucide-react';
import {formatDayTime} from '../../shared/format';
import {ask} from '../state/ask';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {selectAttempt} from '../state/selection';
import {following} from '../state/followRun';
import {useNow} from '../state/useNow';
import {outcomeWords} from '../status/stateWords';
import {Button, IconButton} from '../ui/Button';
import {Menu, type MenuItem} from '../ui/Menu';
import styles from './LogPanel.module.css';
import {besideOf, besideOptions, useBeside} from './beside';
import type {LogJob} from './useLogJob';

/** Logs offered beside this one; others are chosen by selecting their actions. */
const MOST_OPTIONS = 40;

const TIMES = [
  {id: 'on', label: 'Time of day'},
  {id: 'since', label: 'Since the job started'},
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
  const [wrap, setWrap] = useChoice('log.wrap', 'off');
  const [find, setFind] = useChoice('log.find', 'off');
  return (
    <>
      <FollowButton keys={followKeys} />
      <IconButton
        icon={<Search />}
        label="Find in log"
        aria-pressed={find === 'on'}
        onClick={() => setFind(flip(find))}
      />
      <Button
        look="quiet"
        icon={<WrapText />}
        aria-label="Wrap"
        aria-pressed={wrap === 'on'}
        tip="Wrap long lines"
        onClick={() => setWrap(flip(wrap))}
      >
        <span className={styles.words}>Wrap</span>
      </Button>
      <TimeMenu />
      {job.jobId !== null && <FileButtons jobId={job.jobId} action={job.action} />}
      <BesideMenu job={job} onMerged={() => setFind('off')} />
      <AttemptMenu {...job} />
    </>
  );
}

function flip(value: string): string {
  return value === 'on' ? 'off' : 'on';
}

/** Follows the run that is under way. */
function FollowButton({keys}: {readonly keys: string}) {
  const {store} = useDesk();
  const underWay = useDeskState((state) => state.activeRunId !== null);
  const follows = useDeskState((state) => state.followsRun);
  if (!underWay) return null;
  return (
    <Button
      look="quiet"
      icon={<LocateFixed />}
      aria-label="Follow the run"
      aria-pressed={follows}
      tip="Selects each action as it starts; click an action to stop following"
      keys={keys}
      onClick={() => store.setState((state) => following(state, !state.followsRun))}
    >
      <span className={styles.words}>Follow the run</span>
    </Button>
  );
}

/** Which times are shown with the lines. */
function TimeMenu() {
  const [time, setTime] = useChoice('log.time', 'on');
  return (
    <Menu
      look="quiet"
      menuLabel="Times of lines"
      align="right"
      icon={<Clock />}
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
  );
}

/** All of the log as a file: saved, or open in the editor. */
function FileButtons(props: {readonly jobId: string; readonly action: string | null}) {
  const {jobId, action} = props;
  const desk = useDesk();
  return (
    <>
      <IconButton
        icon={<Download />}
        label="Save log as…"
        tip="Save all of this log as a file"
        onClick={() => void ask(desk, 'logs:save', {jobId, suggestedName: fileNameOf(action)})}
      />
      <IconButton
        icon={<SquarePen />}
        label="Open log in editor"
        tip="Open a copy of all of this log in your editor"
        onClick={() => void ask(desk, 'logs:openInEditor', {jobId})}
      />
    </>
  );
}

/** Which log is read beside this one, or merged with it. */
function BesideMenu({job, onMerged}: {readonly job: LogJob; readonly onMerged: () => void}) {
  const [choice, setChoice] = useBeside();
  const runs = useDeskState((state) => state.runs);
  const options = besideOptions(job, runs);
  const beside = besideOf(choice, job, runs);
  if (options.length === 0) return null;
  return (
    <Menu
      look="quiet"
      align="right"
      icon={<Columns2 />}
      aria-label="Compare logs"
      tip="Show another attempt or job beside this log, or all jobs of its run by time"
      items={[
        {
          id: 'alone',
          label: 'This log only',
          detail: beside === null ? 'shown' : undefined,
          onChoose: () => setChoice(''),
        },
        ...options.slice(0, MOST_OPTIONS).map(({choice: id, beside: {title, kind}}, at) => ({
          id,
          label: kind === 'split' ? `Beside ${title}` : title,
          detail: beside !== null && id === choice ? 'shown' : undefined,
          separated: at === 0,
          onChoose: () => {
            if (kind === 'merged') onMerged();
            setChoice(id);
          },
        })),
      ]}
    />
  );
}

/** Which attempt at the action is shown, newest first, and the log file that a run elsewhere left. */
function AttemptMenu({attempts, jobId, file, ranElsewhere}: LogJob) {
  const {store} = useDesk();
  const now = useNow(60_000);
  const chosen = useDeskState((state) => state.attempt !== null);
  const index = attempts.findIndex((attempt) => attempt.id === jobId);
  if (index < 0 && file === null) return null;
  const items: MenuItem[] = attempts.map((attempt, at) => ({
    id: attempt.id,
    label: `Attempt ${attempts.length - at}: ${formatDayTime(attempt.createdAt, now)}`,
    detail: outcomeWords(attempt),
    onChoose: () => selectAttempt(store, attempt),
  }));
  if (file !== null) {
    items.push({
      id: file.jobId,
      label: file.path,
      detail: ranElsewhere ? 'opensafely run' : (file.message ?? undefined),
      onChoose: () => selectAttempt(store, {id: file.jobId, action: file.action}),
    });
  }
  if (chosen) {
    items.push({
      id: 'newest',
      label: 'Always the latest',
      separated: true,
      onChoose: () => store.setState({attempt: null}),
    });
  }
  return (
    <Menu
      look="quiet"
      menuLabel="Attempts"
      align="right"
      tip="Logs of earlier attempts are kept"
      items={items}
    >
      {index >= 0
        ? `Attempt ${attempts.length - index} of ${attempts.length}`
        : (file?.path ?? 'Attempts')}
    </Menu>
  );
}
