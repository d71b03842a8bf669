import {useState} from 'react';
import {formatCount, formatDayTime, formatPlural} from '../../shared/format';
import {TIERS} from '../../shared/sensitivity';
import {ask} from '../state/ask';
import {flipped, useDesk, useDeskState} from '../state/deskStore';
import {loadOutputs, loadRestorable} from '../state/openStudy';
import {useNow} from '../state/useNow';
import {TierCount} from '../status/TierPill';
import {Button} from '../ui/Button';
import {AskDialog} from '../ui/Dialog';
import styles from './ClearOutputsDialog.module.css';

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
      {whose}, made from the same code, can be restored.{' '}
      <Button look="link" onClick={() => store.setState({dialog: {kind: 'restore'}})}>
        Restore instead of running…
      </Button>
    </p>
  );
}

/** Earlier outputs made from the study as it is now: put back from the cache, without running anything. */
export function RestoreDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const now = useNow(60_000);
  const offers = useDeskState((state) => state.restorable);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const chosen = offers.filter((offer) => !left.has(offer.action)).map((offer) => offer.action);

  const restore = async () => {
    setBusy(true);
    await ask(desk, 'provenance:restore', {actions: chosen});
    onClose();
    await Promise.all([loadOutputs(desk), loadRestorable(desk)]);
  };

  return (
    <AskDialog
      title="Restore earlier outputs"
      onClose={onClose}
      act={`Restore ${formatPlural(chosen.length, 'action')}`}
      onAct={() => void restore()}
      button={{disabled: busy || chosen.length === 0}}
    >
      <p className={styles.intro}>
        The code is the same as when these outputs were made, so they can be restored from the
        cache. The current files will be replaced.
      </p>
      <ul className={styles.files}>
        {offers.map((offer) => (
          <li key={offer.action}>
            <label className={styles.file}>
              <input
                type="checkbox"
                checked={!left.has(offer.action)}
                onChange={() => setLeft(flipped(left, offer.action))}
              />
              <span className={styles.path}>{offer.action}</span>
              {TIERS.filter((tier) => offer.outputCounts[tier] > 0).map((tier) => (
                <TierCount key={tier} tier={tier} count={offer.outputCounts[tier]} />
              ))}
              <span className={styles.detail}>{formatDayTime(offer.producedAt, now)}</span>
            </label>
          </li>
        ))}
      </ul>
      {offers.length > 20 && <p className={styles.detail}>{formatCount(offers.length)} in total</p>}
    </AskDialog>
  );
}
