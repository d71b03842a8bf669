import {Download, Info, ListOrdered, TriangleAlert, X} from 'lucide-react';
import {useEffect, useState} from 'react';
import type {PullProgress} from '../../shared/engine';
import {formatDuration} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {stopRun} from '../state/planTray';
import {requestWords} from '../state/runScopes';
import {pullWords, queueWords} from '../state/runWords';
import {isShown, showingBottom} from '../state/sides';
import {Button, IconButton} from '../ui/Button';
import {Progress} from '../ui/Section';
import styles from './RunStrip.module.css';

const NOTICES_SHOWN = 3;
/** The time left is shown only after this. */
const ESTIMATE_AFTER_MS = 10_000;

/** What is shown of a run beside its jobs: images being downloaded, with progress and cancel, and its notices. */
export function RunStrip() {
  const {store} = useDesk();
  const pulls = useDeskState((state) => state.pulls);
  const notices = useDeskState((state) => state.notices);
  const queued = useDeskState((state) => state.queue.length);
  const planShown = useDeskState((state) => state.bottomTab === 'plan' && isShown(state, 'bottom'));
  // the plan tab lists what waits
  const waiting = queued > 0 && !planShown;
  if (pulls.size === 0 && notices.length === 0 && !waiting) return null;
  return (
    <div className={styles.strip} role="status">
      {[...pulls.values()].map((pull) => (
        <PullRow key={pull.image} pull={pull} />
      ))}
      {waiting && <QueueRow />}
      {notices.slice(-NOTICES_SHOWN).map((notice, index) => (
        <p key={`${index} ${notice.message}`} className={styles.row} data-level={notice.level}>
          {notice.level === 'warning' ? (
            <TriangleAlert size={14} role="img" aria-label="Warning" />
          ) : (
            <Info size={14} />
          )}
          <span className={styles.words}>{notice.message}</span>
          <IconButton
            className={styles.close}
            icon={<X />}
            label="Dismiss"
            onClick={() =>
              store.setState((state) => ({
                notices: state.notices.filter((other) => other !== notice),
              }))
            }
          />
        </p>
      ))}
    </div>
  );
}

/** What waits for its turn, in a line. */
function QueueRow() {
  const {store} = useDesk();
  const words = useDeskState(({queue}) => {
    const next = queue.find(({held}) => held === null);
    return next === undefined
      ? queueWords(queue)
      : `${queueWords(queue)}; next: ${requestWords(next.request, next.actions.length)}`;
  });
  const held = useDeskState(({queue}) => queue.some((run) => run.held !== null));
  return (
    <p className={styles.row} data-level={held ? 'warning' : 'info'}>
      <ListOrdered size={14} />
      <span className={styles.words}>{words}</span>
      <Button onClick={() => store.setState((state) => showingBottom(state, 'plan'))}>
        Show queue
      </Button>
    </p>
  );
}

function PullRow({pull}: {readonly pull: PullProgress}) {
  const desk = useDesk();
  const [started] = useState(() => Date.now());
  const [left, setLeft] = useState<number | null>(null);
  const {downloadedBytes, totalBytes, phase} = pull;
  useEffect(() => {
    const elapsed = Date.now() - started;
    if (elapsed < ESTIMATE_AFTER_MS || totalBytes === null || downloadedBytes === 0) return;
    setLeft(((totalBytes - downloadedBytes) / downloadedBytes) * (elapsed / 1000));
  }, [started, downloadedBytes, totalBytes]);

  const more =
    phase === 'downloading' && left !== null ? `, about ${formatDuration(left)} left` : '';
  return (
    <div className={styles.row}>
      <Download size={14} />
      <span className={styles.words}>
        Downloading <code>{pull.image}</code>: {pullWords(pull)}
        {more}
      </span>
      <span className={styles.bar}>
        <Progress label={`Downloading ${pull.image}`} done={downloadedBytes} total={totalBytes} />
      </span>
      <Button onClick={() => void stopRun(desk, null)}>Cancel</Button>
    </div>
  );
}
