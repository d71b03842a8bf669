import type {NodeProps} from '@xyflow/react';
import {ChevronDown} from 'lucide-react';
import {memo, useId, useMemo, useState, type KeyboardEvent, type PointerEvent} from 'react';
import {formatCount} from '../../shared/format';
import {STATE_WORDS} from '../../shared/status';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {stateOfAction} from '../state/selectors';
import {StateIcon} from '../status/StateIcon';
import {Name} from '../ui/Name';
import type {GraphNode} from './NodeParts';
import {leadingState, stripOf, summaryOf} from '../status/stateStrip';
import {CELL_GAP, CELL_HEIGHT, CELL_WIDTH, cellAt, cellOrigin, gridOf} from './memberGrid';
import styles from './GroupBox.module.css';

/** A group with all its members; the cells are painted by the canvas below, this carries name, mouse and keys. */
export const GroupBox = memo(function GroupBox({data}: NodeProps<GraphNode>) {
  const {node, tabbable} = data;
  const {store} = useDesk();
  const strip = useDeskState((state) => stripOf(node.members, state.statuses));
  const selected = useDeskState((state) =>
    state.selection === null ? -1 : node.members.indexOf(state.selection),
  );
  const grid = useMemo(() => gridOf(node.members.length), [node]);
  const [hovered, setHovered] = useState<number | null>(null);
  const id = useId();

  const cellUnder = (event: PointerEvent<HTMLElement>): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = grid.width / box.width;
    return cellAt(grid, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
  };
  const memberAt = (index: number | null): string | undefined =>
    index === null ? undefined : node.members[index];
  const choose = (index: number | null): void => {
    const member = memberAt(index);
    if (member !== undefined) selectAction(store, member);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: grid.columns,
      ArrowUp: -grid.columns,
    }[event.key];
    const edge = {Home: 0, End: grid.count - 1}[event.key];
    if (step === undefined && edge === undefined) return;
    const next = edge ?? (selected === -1 ? 0 : selected + (step ?? 0));
    // beyond the grid the arrow walks on along the edges (useGraphKeys)
    if (next < 0 || next >= grid.count) return;
    event.preventDefault();
    event.stopPropagation();
    choose(next);
  };

  return (
    <section className={styles.box} aria-label={`Group ${node.label}`}>
      <button
        type="button"
        className={`${styles.header} nopan`}
        aria-expanded
        aria-label={`Fold ${node.label}, ${formatCount(node.members.length)} actions, ${summaryOf(strip)}`}
        data-tip={`${node.label}: ${summaryOf(strip)}. Folds this group`}
        onClick={() => data.onToggle(node)}
      >
        <ChevronDown size={16} aria-hidden />
        <StateIcon state={leadingState(strip)} />
        <span className={styles.label}>
          <Name name={node.label} />
        </span>
        <span className={styles.times}>× {formatCount(node.members.length)}</span>
        <span className={styles.summary}>{summaryOf(strip)}</span>
      </button>
      <div
        role="listbox"
        tabIndex={tabbable ? 0 : -1}
        data-node={node.id}
        className={styles.cells}
        aria-label={`${formatCount(node.members.length)} actions of ${node.label}`}
        aria-activedescendant={selected === -1 ? undefined : `${id}-${selected}`}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setHovered(cellUnder(event))}
        onPointerLeave={() => setHovered(null)}
        onClick={(event) => {
          const member = memberAt(hovered);
          if (member !== undefined) data.onPick([member], event);
        }}
        onContextMenu={(event) => {
          const member = memberAt(hovered ?? (selected === -1 ? null : selected));
          if (member !== undefined) data.onMenu(node, [member], event);
        }}
      >
        {[...new Set([selected, hovered ?? -1])].map((index) => {
          const member = node.members[index];
          if (member === undefined) return null;
          const origin = cellOrigin(grid, index);
          const words = `${member}, ${STATE_WORDS[stateOfAction(store.getState().statuses, member)]}`;
          return (
            <div
              key={index}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === selected}
              aria-label={words}
              data-tip={words}
              className={styles.cell}
              style={{
                left: origin.x,
                top: origin.y,
                width: CELL_WIDTH - CELL_GAP,
                height: CELL_HEIGHT - CELL_GAP,
              }}
            />
          );
        })}
      </div>
    </section>
  );
});
