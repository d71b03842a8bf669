import {formatCount} from '../../shared/format';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';

/** Studies that are named; of more their number stands there. */
const MOST_NAMED = 2;

/** What runs in studies of other windows, or of none, with the way there; nothing while nothing does. */
export function RunsElsewhere() {
  const desk = useDesk();
  const runs = useDeskState((state) => state.runsElsewhere);
  const more = runs.length - MOST_NAMED;
  return (
    <>
      {runs.slice(0, MOST_NAMED).map(({dir, name, share}) => (
        <Button
          key={dir}
          look="link"
          tip={`${dir} runs. Shows its window`}
          onClick={() => void ask(desk, 'app:openWindow', {dir})}
        >
          {name}: {Math.floor(share * 100)} %
        </Button>
      ))}
      {more > 0 && <span>and {formatCount(more)} more</span>}
    </>
  );
}
