import {useEffect, useRef} from 'react';
import {LEVEL_LABELS, type Waiver} from '../../shared/check';
import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatCount} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {showFinding} from '../state/releaseChecks';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import type {CheckRow} from '../state/checkRows';
import styles from './Checks.module.css';

/** Cells listed one by one. */
const MOST_LISTED = 12;

/** A finding in full: what, why a checker asks, where, and the answer given or to be given; the one chosen last comes into view. */
export function FindingDetails(props: {
  readonly row: CheckRow;
  readonly onWaive: () => void;
  readonly onUnwaive: (waiver: Waiver) => void;
}) {
  const {row, onWaive, onUnwaive} = props;
  const desk = useDesk();
  const {first, all} = row;
  const shown = useDeskState((state) => state.shownFinding === row.key);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (shown) place.current?.scrollIntoView({block: 'nearest'});
  }, [shown]);
  const {title, why, link} = DISCLOSURE_RULES[first.rule];
  return (
    <section ref={place} className={styles.details} aria-label={title} data-shown={shown}>
      <p className={styles.what}>
        {LEVEL_LABELS[first.level]}: {title.toLowerCase()}
      </p>
      <p>
        <CodeText text={first.message} />
      </p>
      <p className={styles.dim}>{why}</p>
      {all.some((each) => each.row !== null) && (
        <p className={styles.cells}>
          {all.slice(0, MOST_LISTED).map((each, at) =>
            each.row === null ? null : (
              <Button key={at} look="link" onClick={() => showFinding(desk, each)}>
                {first.path === 'project.yaml' ? 'line' : 'row'} {formatCount(each.row)}
              </Button>
            ),
          )}
          {all.length > MOST_LISTED && (
            <span className={styles.dim}>
              and {formatCount(all.length - MOST_LISTED)} more, marked in the table
            </span>
          )}
        </p>
      )}
      {first.waiver !== null && (
        <p>
          Waived: {first.waiver.reason}{' '}
          <Button look="link" onClick={() => first.waiver !== null && onUnwaive(first.waiver)}>
            {' '}
            Remove{' '}
          </Button>
        </p>
      )}
      <span className={styles.acts}>
        {first.waiver === null && first.path !== 'project.yaml' && (
          <Button onClick={onWaive}>Waive…</Button>
        )}
        <a href={link} target="_blank" rel="noreferrer">
          Documentation
        </a>
      </span>
    </section>
  );
}
