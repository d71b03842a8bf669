import type {NodeProps} from '@xyflow/react';
import {ChevronRight} from 'lucide-react';
import {memo} from 'react';
import {formatCount} from '../../shared/format';
import {STATE_WORDS} from '../../shared/status';
import {useDesk, useDeskState} from '../state/deskStore';
import {isPicked} from '../state/selection';
import {StateIcon} from '../status/StateIcon';
import {stateFrame, stateStyle} from '../status/stateGlyph';
import {HeatStrip, NodeName, StubButtons, TierCounts, type GraphNode} from './NodeParts';
import {countsOf, leadingState, stripOf} from '../status/stateStrip';
import {sumOf} from './groupSum';
import styles from './GraphNodes.module.css';

/** Similar actions folded into one: what they share, how many, their states in a line and as a strip. */
export const GroupNode = memo(function GroupNode({data}: NodeProps<GraphNode>) {
  const {node, tabbable, stubs} = data;
  const strip = useDeskState((state) => stripOf(node.members, state.statuses));
  const chosen = useDeskState((state) =>
    state.picked.size === 0 && state.selection !== null && node.members.includes(state.selection)
      ? state.selection
      : null,
  );
  const picked = useDeskState(
    (state) => state.picked.size > 0 && node.members.every((name) => isPicked(state, name)),
  );
  // equal words mean equal sums, so the group is drawn again only when one changed
  const sums = useDeskState((now) => sumOf(node.members, now.statuses).words);
  const {store} = useDesk();
  const {outputs} = sumOf(node.members, store.getState().statuses);
  const state = leadingState(strip);
  const count = formatCount(node.members.length);
  const counts = countsOf(strip);
  const shown = counts.length === 1 ? [`all ${STATE_WORDS[state].toLowerCase()}`] : counts;
  const label = `${node.label}, group of ${count} actions, ${node.image}, ${counts.join(', ')}${sums === '' ? '' : `, ${sums}`}`;
  const spoken = chosen === null ? label : `${label}, selected: ${chosen}`;

  return (
    <>
      <div
        role="button"
        tabIndex={tabbable ? 0 : -1}
        className={`${styles.node} ${styles.group} nopan`}
        data-node={node.id}
        data-state={state}
        data-frame={stateFrame(state)}
        style={stateStyle(state)}
        data-selected={chosen !== null || picked}
        data-tip={`${label}. Enter unfolds it.`}
        aria-pressed={picked}
        aria-label={spoken}
        onClick={(event) => data.onPick(node.members, event)}
        onDoubleClick={() => data.onToggle(node)}
        onContextMenu={(event) => data.onMenu(node, node.members, event)}
      >
        <span className={styles.bar} />
        <span className={styles.first} aria-hidden="true">
          <StateIcon state={state} />
          <NodeName label={node.label} name={data.name} count={node.members.length} />
        </span>
        <span className={styles.second} aria-hidden="true">
          <span className={styles.facts}>
            {/* what there is no space for wraps out of sight: no number or state is cut */}
            {(chosen === null ? shown : [chosen]).map((words) => (
              <span key={words} className={styles.reason} data-chosen={chosen !== null}>
                {words}
              </span>
            ))}
          </span>
        </span>
        <span className={styles.third} aria-hidden="true">
          <HeatStrip strip={strip} />
          <TierCounts counts={outputs} />
        </span>
      </div>
      <button
        type="button"
        tabIndex={-1}
        className={`${styles.unfold} nopan`}
        aria-expanded={false}
        aria-label={`Unfold ${node.label}`}
        data-tip={`Unfold ${node.label}, ${count} actions`}
        onClick={() => data.onToggle(node)}
      >
        <ChevronRight size={14} aria-hidden="true" />
      </button>
      {stubs !== null && (
        <StubButtons stubs={stubs} onOpen={(direction) => data.onOpenStub(node, direction)} />
      )}
    </>
  );
});
