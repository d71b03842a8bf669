import {formatPlural} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';

/** Offers to put back earlier outputs of some of the actions instead of running them; nothing where there are none. */
export function RestoreOffer({actions}: {readonly actions: readonly string[]}) {
  const {store} = useDesk();
  const count = useDeskState(
    ({restorable}) => restorable.filter(({action}) => actions.includes(action)).length,
  );
  if (count === 0) return null;
  const whose =
    actions.length === 1
      ? 'Its earlier outputs'
      : `Earlier outputs of ${formatPlural(count, 'action')}`;
  return (
    <p>
      {whose}, made from this same code, are in the cache.{' '}
      <Button look="link" onClick={() => store.setState({dialog: {kind: 'restore'}})}>
        Restore instead of running…
      </Button>
    </p>
  );
}
