import {useState} from 'react';
import {formatList, formatPlural} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {stopRun} from '../state/planTray';
import {giveUpUnfinished} from '../state/runQueue';
import {openJobs} from '../state/selectors';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';

/** Asks before a single key stops everything: what would be lost is named. */
export function StopDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const jobs = useDeskState(openJobs);
  const running = jobs.filter((job) => job.state === 'running').map(({action}) => action);
  return (
    <Dialog
      title={`Stop ${formatPlural(jobs.length, 'job')}?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Let {jobs.length === 1 ? 'it' : 'them'} run</Button>
          <Button
            look="primary"
            data-autofocus
            onClick={() => {
              onClose();
              void stopRun(desk, null);
            }}
          >
            Stop {formatPlural(jobs.length, 'job')}
          </Button>
        </>
      }
    >
      <p>
        {running.length > 0 && `${formatList(running, 4)} would end without outputs. `}
        Earlier outputs stay as they are.
      </p>
    </Dialog>
  );
}

/** Asks before a run that waits for its engine is ended, and says what is lost with it. */
export function GiveUpDialog(props: {readonly runId: string; readonly onClose: () => void}) {
  const {runId, onClose} = props;
  const desk = useDesk();
  const unfinished = useDeskState((state) => state.unfinished);
  const [busy, setBusy] = useState(false);
  const actions = unfinished?.runId === runId ? unfinished.actions : [];
  const giveUp = async () => {
    setBusy(true);
    await giveUpUnfinished(desk, runId);
    onClose();
  };
  return (
    <Dialog
      title="Give up the unfinished run?"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Keep waiting
          </Button>
          <Button look="primary" disabled={busy} onClick={() => void giveUp()}>
            Give up the run
          </Button>
        </>
      }
    >
      <p>
        {actions.length === 0
          ? 'What had begun is ended as cut off.'
          : `${formatList(actions, 6)} ${actions.length === 1 ? 'is' : 'are'} ended as cut off.`}{' '}
        Whatever {actions.length === 1 ? 'it' : 'they'} made and Study Desk had not collected is
        lost, even where the command had come to its end. Outputs of earlier runs stay as they are.
      </p>
      <p>If the engine can be started, start it instead: the run is then brought to its end.</p>
    </Dialog>
  );
}
