import {formatCount, formatPlural} from '../../shared/format';
import type {Stubs} from './focusGraph';
import type {Direction} from './lineage';
import styles from './StubButtons.module.css';

/** Neighbours that focus mode hides, counted at the side they are on; a click shows them. */
export function StubButtons({
  stubs,
  onOpen,
}: {
  readonly stubs: Stubs;
  readonly onOpen: (direction: Direction) => void;
}) {
  return (
    <>
      {(['upstream', 'downstream'] as const).map((direction) => {
        const count = stubs[direction];
        if (count === 0) return null;
        const words = `Show ${formatPlural(count, 'hidden action')} ${direction}`;
        return (
          <button
            key={direction}
            type="button"
            className={`${styles.stub} nopan`}
            data-side={direction}
            data-tip={words}
            aria-label={words}
            onClick={() => onOpen(direction)}
          >
            +{formatCount(count)}
          </button>
        );
      })}
    </>
  );
}
