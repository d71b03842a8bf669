import {useState} from 'react';
import {formatList, formatPlural} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {stopRun} from '../state/planTray';
import {giveUpUnfinished} from '../state/runQueue';
import {openJobs} from '../state/selectors';
import {Button} from '../ui/Button';
import {AskDialog, Dialog} from '../ui/Dialog';

/** Asks before a single key stops everything: what would be lost is named. */
export function StopDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const jobs = useDeskState(openJobs);
  const running = jobs.filter((job) => job.state === 'running').map(({action}) => action);
  return (
    <AskDialog
      title={`Stop ${formatPlural(jobs.length, 'job')}?`}
      onClose={onClose}
      cancel="Keep running"
      act={`Stop ${formatPlural(jobs.length, 'job')}`}
      onAct={() => {
        onClose();
        void stopRun(desk, null);
      }}
      button={{'data-autofocus': true}}
    >
      <p>
        {running.length > 0 && `${formatList(running, 4)} will have no outputs from this run. `}
        Earlier outputs stay as they are.
      </p>
    </AskDialog>
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
          ? 'Jobs that had started will be marked as cut off.'
          : `${formatList(actions, 6)} will be marked as cut off.`}{' '}
        Outputs that Study Desk had not collected will be lost, even if the command had finished.
        Outputs of earlier runs stay as they are.
      </p>
      <p>If you can start the engine, do that instead: the run will then finish.</p>
    </Dialog>
  );
}
