import {Eye, Lock, Shield} from 'lucide-react';
import {TIER_LABELS, type Tier} from '../../shared/sensitivity';
import styles from './TierPill.module.css';

const ICONS = {
  highly_sensitive: Lock,
  moderately_sensitive: Shield,
  minimally_sensitive: Eye,
} as const;

/** The mark of a tier alone: lock, shield or eye, with its words as name and tooltip. */
export function TierIcon({tier}: {readonly tier: Tier}) {
  const Icon = ICONS[tier];
  return (
    <Icon
      size={14}
      strokeWidth={1.75}
      className={styles.icon}
      data-tier={tier}
      aria-hidden="true"
    />
  );
}

/** A tier with its mark and words; the same pill everywhere. */
export function TierPill({tier}: {readonly tier: Tier}) {
  return (
    <span className={styles.pill} data-tier={tier}>
      <TierIcon tier={tier} />
      {TIER_LABELS[tier]}
    </span>
  );
}

/** Number of outputs of a tier: its mark and the number, in words for screen readers. */
export function TierCount({tier, count}: {readonly tier: Tier; readonly count: number}) {
  const words = `${count} ${TIER_LABELS[tier].toLowerCase()}`;
  return (
    <span className={styles.count} data-tier={tier} data-tip={words}>
      <TierIcon tier={tier} />
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
