import {useState} from 'react';
import {
  formatCount,
  formatDayTime,
  formatDuration,
  formatPlural,
  formatWhen,
} from '../../shared/format';
import type {JobState} from '../../shared/job';
import type {QueueJob, QueueRequest} from '../../shared/jobQueue';
import {STATE_WORDS} from '../../shared/status';
import {visibleText} from '../../shared/visibleText';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {Button} from '../ui/Button';
import {Tabs} from '../ui/Tabs';
import styles from './JobQueue.module.css';

/** Requests that are listed before more are asked for. */
const PAGE = 50;

const PANEL = 'queue-requests';

type Filter = 'all' | 'open' | 'failed';

/** All requests, newest first, each with its jobs. */
export function QueueRequests(props: {
  readonly requests: readonly QueueRequest[];
  /** How many older ones there are besides. */
  readonly older: number;
}) {
  const {requests, older} = props;
  const now = useNow(10_000);
  const [filter, setFilter] = useState<Filter>('all');
  const [shown, setShown] = useState(PAGE);
  const chosen = {
    all: requests,
    open: requests.filter(({jobs}) => jobs.some(isOpen)),
    failed: requests.filter(({jobs}) => jobs.some(({state}) => state === 'failed')),
  };
  const list = chosen[filter];
  const tab = (id: Filter, label: string) => ({
    id,
    label,
    count: formatCount(chosen[id].length),
  });
  return (
    <section className={styles.requests} aria-label="Requests">
      <div className={styles.bar}>
        <Tabs
          label="Which requests"
          panelId={PANEL}
          selected={filter}
          items={[tab('all', 'All'), tab('open', 'Under way'), tab('failed', 'With failures')]}
          onSelect={(next) => {
            setFilter(next);
            setShown(PAGE);
          }}
        />
        <p className={styles.dim}>{countWords(requests.flatMap(({jobs}) => jobs))}</p>
      </div>
      <div
        id={PANEL}
        role="tabpanel"
        className={styles.scroll}
        tabIndex={0}
        aria-label="Requests and their jobs"
      >
        {list.length === 0 && <p className={styles.none}>No matching requests.</p>}
        {list.slice(0, shown).map((request) => (
          <Request key={request.id} request={request} now={now} />
        ))}
        {list.length > shown && (
          <div className={styles.more}>
            <Button onClick={() => setShown(shown + PAGE)}>
              Show {Math.min(PAGE, list.length - shown)} more of {formatCount(list.length)}
            </Button>
          </div>
        )}
      </div>
      <p className={styles.note}>
        {older > 0 && `${formatPlural(older, 'older request')} not listed here. `}
        The job server gets only the message beside each job. Logs stay on this computer: find one
        by its reference with <code>study-desk serve log</code>.
      </p>
    </section>
  );
}

function Request({request, now}: {readonly request: QueueRequest; readonly now: Date}) {
  const {workspace, repo, branch, commit, database, createdBy, createdAt, jobs, id} = request;
  return (
    <section className={styles.request} aria-label={`Request ${id}`}>
      <h3 className={styles.requestHead}>
        <span className={styles.workspace}>{visibleText(workspace)}</span>
        <span className={styles.dim}>
          request <code>{visibleText(id)}</code>
          {createdBy !== null && ` by ${visibleText(createdBy)}`}
          {createdAt !== null && `, ${formatWhen(createdAt, now)}`}
        </span>
        <span className={styles.source} data-tip={visibleText(`${repo} ${commit}`)}>
          {visibleText(`${repo.replace(/^https:\/\/github\.com\//, '')} ${branch}`)}{' '}
          <code>{commit.slice(0, 7)}</code>
          {database !== '' && visibleText(` · ${database} database`)}
        </span>
      </h3>
      <table className={styles.jobs} aria-label={`Jobs of request ${id}`}>
        <tbody>
          {jobs.map((job) => (
            <Job key={job.id} job={job} now={now} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Job({job, now}: {readonly job: QueueJob; readonly now: Date}) {
  return (
    <tr data-state={job.state}>
      <td className={styles.state}>
        <StateIcon state={stateOf(job)} named />
      </td>
      <th scope="row" className={styles.action}>
        {visibleText(job.action)}
      </th>
      <td className={styles.message}>{visibleText(withoutReference(job))}</td>
      <td className={styles.time}>{timeWords(job, now)}</td>
      <td className={styles.reference}>
        <code>{job.reference}</code>
      </td>
    </tr>
  );
}

/** The state of a job in the words of the rest of the window. */
export function stateOf({state, code}: Pick<QueueJob, 'state' | 'code'>): JobState {
  if (state !== 'failed') return state === 'pending' ? 'waiting' : state;
  if (code === 'cancelled_by_user') return 'cancelled';
  return code === 'dependency_failed' ? 'blocked' : 'failed';
}

function isOpen({state}: QueueJob): boolean {
  return state === 'pending' || state === 'running';
}

/** The reference has a column of its own. */
function withoutReference({message, reference}: QueueJob): string {
  return message.replace(` (ref ${reference})`, '');
}

function timeWords({startedAt, completedAt}: QueueJob, now: Date): string {
  if (startedAt === null) return completedAt === null ? '' : formatDayTime(completedAt, now);
  const end = completedAt === null ? now.getTime() : Date.parse(completedAt);
  const took = formatDuration(Math.max(0, (end - Date.parse(startedAt)) / 1000));
  return completedAt === null ? `for ${took}` : `${formatDayTime(completedAt, now)} · ${took}`;
}

const COUNTED: readonly JobState[] = [
  'running',
  'waiting',
  'succeeded',
  'failed',
  'blocked',
  'cancelled',
];

/** How many jobs there are in each state, e.g. "3 jobs: 1 running, 2 succeeded". */
function countWords(jobs: readonly QueueJob[]): string {
  const states = jobs.map(stateOf);
  const counts = COUNTED.flatMap((state) => {
    const count = states.filter((each) => each === state).length;
    return count === 0 ? [] : [`${formatCount(count)} ${STATE_WORDS[state].toLowerCase()}`];
  });
  return `${formatPlural(jobs.length, 'job')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
}
