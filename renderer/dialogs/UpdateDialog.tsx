import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {Update} from '../../shared/update';
import {visibleText} from '../../shared/visibleText';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import styles from './UpdateDialog.module.css';

type Step = 'state' | 'look' | 'download' | 'stop' | 'install';

/** A newer Study Desk: looked for, downloaded and installed by a button each, with what is new in it. */
export function UpdateDialog({onClose}: {readonly onClose: () => void}) {
  const {host, store} = useDesk();
  const update = useDeskState((state) => state.update);
  const running = useDeskState((state) => state.activeRunId !== null);
  const [refused, setRefused] = useState<AppError | null>(null);
  useEffect(() => {
    void host.request('updates:state', {}).then((answer) => {
      if (answer.ok) store.setState({update: answer.value});
    });
  }, [host, store]);
  const ask = async (step: Step) => {
    const answer = await host.request(`updates:${step}`, {});
    setRefused(answer.ok ? null : answer.error);
    if (answer.ok) store.setState({update: answer.value});
  };
  return (
    <Dialog title="Newer version" onClose={onClose}>
      {update !== null && (
        <>
          <p role="status">{wordsOf(update)}</p>
          {update.offer !== null && update.offer.news !== '' && (
            <pre className={styles.news}>{visibleText(update.offer.news)}</pre>
          )}
          <ErrorCallout error={refused ?? update.error} />
          <p className={styles.buttons}>{buttonOf(update, running, (step) => void ask(step))}</p>
          <p className={styles.note}>
            Only the feed of newer versions is asked, and only when you press a button here, or once
            a day where Settings say so. Nothing about you or your studies is sent.
          </p>
        </>
      )}
    </Dialog>
  );
}

function wordsOf({version, way, step, offer, share}: Update): string {
  const mine = `This is Study Desk ${version}.`;
  if (way === 'none') return `${mine} It was made without a feed of newer versions.`;
  const newer = `Study Desk ${offer?.version ?? ''}`;
  switch (step) {
    case 'not-asked':
      return mine;
    case 'asking':
      return `${mine} Asking the feed…`;
    case 'newest':
      return `${mine} There is no newer one.`;
    case 'offered':
      return way === 'elsewhere'
        ? `${mine} ${newer} is there: install its package as you installed this one.`
        : `${mine} ${newer} is there.`;
    case 'downloading':
      return `Downloading ${newer}: ${Math.floor(100 * (share ?? 0))} %`;
    case 'ready':
      return `${newer} is here, and was checked. It takes the place of ${version} when you say so.`;
  }
}

function buttonOf({way, step}: Update, running: boolean, ask: (step: Step) => void) {
  if (way === 'none' || step === 'asking') return null;
  if (step === 'downloading') return <Button onClick={() => ask('stop')}>Stop</Button>;
  if (step === 'ready')
    return (
      <Button
        look="primary"
        disabled={running}
        title={running ? 'Not while jobs run' : undefined}
        onClick={() => ask('install')}
      >
        Install and start again
      </Button>
    );
  if (step === 'offered' && way === 'here')
    return (
      <Button look="primary" onClick={() => ask('download')}>
        Download
      </Button>
    );
  return <Button onClick={() => ask('look')}>Look for a newer one</Button>;
}
