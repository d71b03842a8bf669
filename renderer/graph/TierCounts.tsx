import {TIERS, type TierCounts as Counts} from '../../shared/sensitivity';
import {TierCount} from '../status/TierPill';
import styles from './GraphNodes.module.css';

/** The number of outputs of each tier that a node has some of. */
export function TierCounts({counts}: {readonly counts: Counts}) {
  return (
    <span className={styles.tiers}>
      {TIERS.map((tier) =>
        counts[tier] === 0 ? null : <TierCount key={tier} tier={tier} count={counts[tier]} />,
      )}
    </span>
  );
}
