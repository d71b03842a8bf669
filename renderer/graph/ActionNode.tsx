import type {NodeProps} from '@xyflow/react';
import {memo} from 'react';
import {useDeskState} from '../state/deskStore';
import {isPicked} from '../state/selection';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {stateFrame, stateStyle} from '../status/stateGlyph';
import {peakMemory, shortReason, stateOf} from '../status/stateWords';
import {WordsAndName} from '../ui/Name';
import {NodeName, StubButtons, TierCounts, type GraphNode} from './NodeParts';
import {blockerOf, fewWords, NO_OUTPUTS, spokenName} from './nodeText';
import styles from './GraphNodes.module.css';

const EVERY_SECOND = 1000;
const RARELY = 3_600_000;
const NO_NEEDS: readonly string[] = [];

/** One action in the graph: name, state with its reason or time, outputs by tier. */
export const ActionNode = memo(function ActionNode({data}: NodeProps<GraphNode>) {
  const {node, tabbable, stubs} = data;
  const action = node.members[0] ?? node.label;
  const status = useDeskState((state) => state.statuses.get(action));
  const selected = useDeskState((state) => isPicked(state, action));
  const needs = useDeskState((state) => state.study?.graph?.upstream.get(action)?.length ?? 0);
  const neededBy = useDeskState((state) => state.study?.graph?.downstream.get(action)?.length ?? 0);
  const state = stateOf(status);
  const blocker = useDeskState(({study, statuses}) =>
    blockerOf(state, study?.graph?.upstream.get(action) ?? NO_NEEDS, statuses),
  );
  const now = useNow(state === 'running' ? EVERY_SECOND : RARELY);
  const memory = peakMemory(status);
  const spoken = spokenName(action, node.image, status, {needs, neededBy}, now, blocker);

  return (
    <>
      <div
        role="button"
        tabIndex={tabbable ? 0 : -1}
        className={`${styles.node} nopan`}
        data-node={node.id}
        data-state={state}
        data-frame={stateFrame(state)}
        data-lines={data.name.far.length}
        style={stateStyle(state)}
        data-selected={selected}
        data-tip={spoken}
        aria-pressed={selected}
        aria-label={spoken}
        onClick={(event) => data.onPick(node.members, event)}
        onContextMenu={(event) => data.onMenu(node, node.members, event)}
      >
        <span className={styles.bar} />
        <span className={styles.first} aria-hidden="true">
          <StateIcon state={state} />
          <NodeName label={node.label} name={data.name} />
        </span>
        <span className={styles.second} aria-hidden="true">
          <span className={styles.facts}>
            <span className={styles.reason} data-far={blocker === null}>
              <WordsAndName words={shortReason(status, now, blocker)} name={blocker ?? undefined} />
            </span>
            {blocker !== null && (
              <span className={styles.farReason}>
                <WordsAndName words={`${fewWords(state)} ${blocker}`} name={blocker} />
              </span>
            )}
            {memory !== null && <span className={styles.memory}>{memory}</span>}
          </span>
          <TierCounts counts={status?.outputCounts ?? NO_OUTPUTS} />
        </span>
      </div>
      {stubs !== null && (
        <StubButtons stubs={stubs} onOpen={(direction) => data.onOpenStub(node, direction)} />
      )}
    </>
  );
});
