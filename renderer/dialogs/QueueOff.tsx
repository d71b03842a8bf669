import {Building2, FileCog, Laptop} from 'lucide-react';
import {Button} from '../ui/Button';
import styles from './JobQueue.module.css';

/** What the queue is, who needs it and who does not; shown until it is set up. */
export function QueueOff(props: {readonly busy: boolean; readonly onSetUp: () => void}) {
  return (
    <div className={styles.off}>
      <p className={styles.lead}>
        Study Desk can serve a job server: it takes the requests meant for this computer, fetches
        each study at its commit, runs what is needed, keeps the outputs here by sensitivity, and
        tells the server how each job ended, nothing more.
      </p>
      <div className={styles.cards}>
        <section className={styles.card} aria-labelledby="queue-who-not">
          <Laptop size={24} strokeWidth={1.5} aria-hidden="true" />
          <h3 id="queue-who-not">You develop studies</h3>
          <p>
            Then you don’t need this. The Run buttons do all on your own computer, and real requests
            go through your job server’s own pages.
          </p>
        </section>
        <section className={styles.card} aria-labelledby="queue-who">
          <Building2 size={24} strokeWidth={1.5} aria-hidden="true" />
          <h3 id="queue-who">You run a backend</h3>
          <p>
            An institution that holds patient data and runs approved studies on it needs this, on a
            computer inside its secure area. For daily work set it up as a service, with{' '}
            <code>study-desk serve</code>; this page is for trying it and for looking on.
          </p>
        </section>
        <section className={styles.card} aria-labelledby="queue-how">
          <FileCog size={24} strokeWidth={1.5} aria-hidden="true" />
          <h3 id="queue-how">What it takes</h3>
          <p>
            A file of settings, the same as for the service: a line <code>NAME=value</code> each.{' '}
            <code>HIGH_PRIVACY_STORAGE_BASE</code>, <code>MEDIUM_PRIVACY_STORAGE_BASE</code> and{' '}
            <code>JOB_SERVER_TOKEN</code> must be there; most backends also set <code>BACKEND</code>
            , <code>JOB_SERVER_ENDPOINT</code> and the addresses of their databases. It holds
            secrets: only you should be able to read it.
          </p>
          <Button disabled={props.busy} onClick={props.onSetUp}>
            Choose the settings file…
          </Button>
        </section>
      </div>
      <p className={styles.dim}>
        Choosing a file starts nothing: you see whom it serves before you start the runner.
      </p>
    </div>
  );
}
