import {CircleX, TriangleAlert} from 'lucide-react';
import {formatCount, formatPlural} from '../../shared/format';
import styles from './ProblemCounts.module.css';

/** How many errors and warnings there are, each behind its mark; what there is none of is left out. */
export function ProblemCounts(props: {readonly errors: number; readonly warnings: number}) {
  const {errors, warnings} = props;
  const parts = [
    {count: errors, word: 'error', Icon: CircleX},
    {count: warnings, word: 'warning', Icon: TriangleAlert},
  ].filter(({count}) => count > 0);
  return (
    <span className={styles.counts}>
      {parts.map(({count, word, Icon}) => (
        <span key={word} className={styles.count} data-severity={word}>
          <Icon size={12} />
          <span aria-hidden="true">{formatCount(count)}</span>
          <span className="visually-hidden">{formatPlural(count, word)}</span>
        </span>
      ))}
    </span>
  );
}
