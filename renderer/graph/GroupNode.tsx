import type {NodeProps} from '@xyflow/react';
import {memo} from 'react';
import {formatCount} from '../../shared/format';
import {DISPLAY_STATE_LABELS} from '../../shared/status';
import {useDeskState} from '../state/deskStore';
import {StateIcon} from '../status/StateIcon';
import {FarName} from './FarName';
import type {GraphNode} from './graphNode';
import {leadingState, stripOf, summaryOf} from './groupState';
import {HeatStrip} from './HeatStrip';
import {MiddleName} from './MiddleName';
import {StubButtons} from './StubButtons';
import styles from './GraphNodes.module.css';

/** Room that the count takes on a group seen from far, by its letters, in pixels. */
const FAR_COUNT = {start: 34, letter: 10};
/** Room for the name between mark and count, in pixels. */
const NAME_WIDTH = 112;

/** Like actions folded into one: what they share, how many, their states in a line and as a strip. */
export const GroupNode = memo(function GroupNode({data}: NodeProps<GraphNode>) {
  const {node, tabbable, stubs} = data;
  const strip = useDeskState((state) => stripOf(node.members, state.statuses));
  const chosen = useDeskState((state) =>
    state.selection !== null && node.members.includes(state.selection) ? state.selection : null,
  );
  const state = leadingState(strip);
  const count = formatCount(node.members.length);
  const summary = summaryOf(strip);
  const spoken = `${node.label}, group of ${count} actions, ${node.image}, ${summary}${chosen === null ? '' : `, selected: ${chosen}`}`;

  return (
    <>
      <div
        role="button"
        tabIndex={tabbable ? 0 : -1}
        className={`${styles.node} ${styles.group} nopan`}
        data-node={node.id}
        data-state={state}
        data-selected={chosen !== null}
        data-tip={`${spoken}. Click to unfold.`}
        aria-expanded={false}
        aria-label={spoken}
        onClick={() => data.onToggle(node)}
      >
        <span className={styles.bar} />
        <span className={styles.first} aria-hidden="true">
          <StateIcon state={state} />
          <span className={styles.name}>
            <MiddleName name={node.label} width={NAME_WIDTH} />
          </span>
          <FarName name={node.label} taken={FAR_COUNT.start + FAR_COUNT.letter * count.length} />
          <span className={styles.times}>× {count}</span>
        </span>
        <span className={styles.second} aria-hidden="true">
          <code className={styles.image}>{node.image}</code>
          <span className={styles.facts}>
            <span className={styles.reason} data-chosen={chosen !== null}>
              {chosen ??
                (node.members.length === strip.split(strip[0] ?? '').length - 1
                  ? `all ${DISPLAY_STATE_LABELS[state].toLowerCase()}`
                  : summary)}
            </span>
          </span>
        </span>
        <HeatStrip strip={strip} />
      </div>
      {stubs !== null && (
        <StubButtons stubs={stubs} onOpen={(direction) => data.onOpenStub(node, direction)} />
      )}
    </>
  );
});
