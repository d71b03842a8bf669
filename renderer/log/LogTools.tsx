import {Clock, Search, WrapText} from 'lucide-react';
import {formatDayTime} from '../../shared/format';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {useNow} from '../state/useNow';
import {outcomeWords} from '../status/stateWords';
import {Button} from '../ui/Button';
import {Menu} from '../ui/Menu';
import type {LogJob} from './useLogJob';

/** The log's own buttons, at the right of the tabs: find, wrap, time, attempt. */
export function LogTools({job}: {readonly job: LogJob}) {
  const {store} = useDesk();
  const [wrap, setWrap] = useChoice('log.wrap', 'off');
  const [time, setTime] = useChoice('log.time', 'on');
  const [find, setFind] = useChoice('log.find', 'off');
  const now = useNow(60_000);
  const chosen = useDeskState((state) => state.logTarget.kind === 'job');
  const {attempts, jobId} = job;
  const index = attempts.findIndex((attempt) => attempt.id === jobId);
  const flip = (value: string) => (value === 'on' ? 'off' : 'on');

  return (
    <>
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
        aria-pressed={wrap === 'on'}
        tip="Wrap long lines"
        onClick={() => setWrap(flip(wrap))}
      >
        Wrap
      </Button>
      <Button
        look="quiet"
        icon={<Clock aria-hidden="true" />}
        aria-pressed={time === 'on'}
        tip="Show when each line was printed"
        onClick={() => setTime(flip(time))}
      >
        Time
      </Button>
      {attempts.length > 0 && index >= 0 && (
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
              onChoose: () =>
                store.setState({logTarget: {kind: 'job', jobId: attempt.id} as const}),
            })),
            ...(chosen
              ? [
                  {
                    id: 'follow',
                    label: 'Follow the newest again',
                    separated: true,
                    onChoose: () => store.setState({logTarget: {kind: 'selection'} as const}),
                  },
                ]
              : []),
          ]}
        >
          Attempt {attempts.length - index} of {attempts.length}
        </Menu>
      )}
    </>
  );
}
