import {formatList, formatPlural} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {stopRun} from '../state/planTray';
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
