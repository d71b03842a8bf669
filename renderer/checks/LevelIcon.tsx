import {CircleHelp, Info, Search} from 'lucide-react';
import {LEVEL_LABELS, type CheckLevel} from '../../shared/check';
import styles from './Checks.module.css';

const ICONS = {question: CircleHelp, check: Search, info: Info} as const;

/** The mark of a level: a shape of its own, with its word. */
export function LevelIcon({level}: {readonly level: CheckLevel}) {
  const Icon = ICONS[level];
  return (
    <>
      <Icon size={14} aria-hidden="true" className={styles.icon} data-level={level} />
      <span className="visually-hidden">{LEVEL_LABELS[level]}:</span>
    </>
  );
}
