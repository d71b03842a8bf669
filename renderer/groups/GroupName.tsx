import {ChevronDown, ChevronRight} from 'lucide-react';
import {formatCount} from '../../shared/format';
import {Name} from '../ui/Name';
import styles from './GroupName.module.css';

/** The heading of similar actions in a list: an arrow that folds them (`data-fold`), their name, how many they are. */
export function GroupName({
  name,
  count,
  expanded,
  lines = 1,
}: {
  readonly name: string;
  readonly count: number;
  readonly expanded: boolean;
  /** Lines that its row is tall enough for. */
  readonly lines?: 1 | 2;
}) {
  const Chevron = expanded ? ChevronDown : ChevronRight;
  return (
    <>
      <span className={styles.fold} data-fold="true">
        <Chevron size={14} aria-hidden="true" />
      </span>
      <span className={styles.name} data-tip={`${name}: ${formatCount(count)} similar actions`}>
        <Name name={name} lines={lines} />
      </span>
      <span className={styles.times}>× {formatCount(count)}</span>
    </>
  );
}
