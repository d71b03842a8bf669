import {Eye, Lock, Shield} from 'lucide-react';
import {TIER_LABELS, type Tier} from '../../shared/sensitivity';
import styles from './TierPill.module.css';

const ICONS = {
  highly_sensitive: Lock,
  moderately_sensitive: Shield,
  minimally_sensitive: Eye,
} as const;

/** The mark of a tier alone: lock, shield or eye; where its words are not beside it, `named` makes them its name and tooltip. */
export function TierIcon({tier, named = false}: {readonly tier: Tier; readonly named?: boolean}) {
  const Icon = ICONS[tier];
  const words = TIER_LABELS[tier];
  const name = named ? {role: 'img', 'aria-label': words, 'data-tip': words} : {};
  return <Icon size={14} strokeWidth={1.75} className={styles.icon} data-tier={tier} {...name} />;
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

const COLOURS: Readonly<Record<Tier, readonly [ink: string, ground: string]>> = {
  highly_sensitive: ['--high', '--high-soft'],
  moderately_sensitive: ['--mod', '--mod-soft'],
  minimally_sensitive: ['--min', '--min-soft'],
};

/** Pixels of the picture of a pill, and left and right of its words. */
const HEIGHT = 24;
const PADDING = 10;

/** The pill of a tier as the address of a PNG, for where the system draws: under the pointer of a file that is dragged. */
export function tierPicture(tier: Tier): string {
  const canvas = document.createElement('canvas');
  const words = TIER_LABELS[tier];
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `600 12px ${style.fontFamily}`;
  const measured = canvas.getContext('2d');
  if (measured === null) throw new Error('This browser draws nothing.');
  measured.font = font;
  canvas.width = Math.ceil(measured.measureText(words).width) + 2 * PADDING;
  canvas.height = HEIGHT;
  // a canvas that gets another size forgets how it draws
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('This browser draws nothing.');
  const [ink, ground] = COLOURS[tier];
  pen.fillStyle = colour(ground);
  pen.beginPath();
  pen.roundRect(0, 0, canvas.width, HEIGHT, 6);
  pen.fill();
  pen.font = font;
  pen.textBaseline = 'middle';
  pen.fillStyle = colour(ink);
  pen.fillText(words, PADDING, HEIGHT / 2 + 1);
  return canvas.toDataURL('image/png');
}
