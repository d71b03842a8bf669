import type {Node} from '@xyflow/react';
import {Fragment, useMemo, type MouseEvent} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import type {Direction} from '../../shared/graph';
import {TIERS, type TierCounts as Counts} from '../../shared/sensitivity';
import {TierCount} from '../status/TierPill';
import {stateColor} from '../status/stateGlyph';
import type {Stubs} from './focusGraph';
import type {FoldNode} from '../groups/fold';
import {heatSlots, type StateStrip} from '../status/stateStrip';
import type {NodeName as Lines} from './nodeNames';
import styles from './GraphNodes.module.css';

/**
 * What a node of the graph is given; its live state it takes from the store itself, its tone is a class
 * of the element around it, so that a new filter draws no node again.
 */
export interface GraphNodeData extends Record<string, unknown> {
  readonly node: FoldNode;
  readonly name: Lines;
  /** The one node that Tab reaches; arrows lead to the others. */
  readonly tabbable: boolean;
  readonly stubs: Stubs | null;
  readonly onOpenStub: (node: FoldNode, direction: Direction) => void;
  readonly onToggle: (node: FoldNode) => void;
  /** A click that selects the node, as its modifiers mean it. */
  readonly onPick: (names: readonly string[], event: MouseEvent) => void;
  /** The right button, or its key. */
  readonly onMenu: (node: FoldNode, names: readonly string[], event: MouseEvent) => void;
}

/** A node as React Flow holds it; its built-in types bring styles, so these differ. */
export type GraphNode = Node<GraphNodeData, 'single' | 'fold' | 'box'>;

/** Squares with gaps while they fit; beyond, a band of at most one piece every two pixels. */
const SQUARES = 22;
const SLOTS = 88;
/** Width of a square with its gap, and of the gap, in pixels. */
const STEP = 8;
const GAP = 2;

/** The states of a group's members in file order; the words for it are in the group's summary. */
export function HeatStrip({strip}: {readonly strip: StateStrip}) {
  const background = useMemo(() => gradientOf(strip), [strip]);
  const width = Math.min(strip.length, SQUARES) * STEP;
  return <span className={styles.strip} style={{background, width}} aria-hidden="true" />;
}

/** One background instead of an element a member. */
function gradientOf(strip: StateStrip): string {
  const slots = heatSlots(strip, SLOTS);
  const squares = slots.length <= SQUARES;
  const step = 100 / slots.length;
  const fill = squares ? step * (1 - GAP / STEP) : step;
  let start = 0;
  const stops = slots.flatMap((state, index) => {
    // neighbours in a band that are the same are one piece: most often there are few
    if (!squares && state === slots[index + 1]) return [];
    const from = (start * step).toFixed(2);
    start = index + 1;
    const to = (index * step + fill).toFixed(2);
    const color = `var(--${stateColor(state)})`;
    return squares
      ? [`${color} ${from}% ${to}%`, `transparent ${to}% ${(start * step).toFixed(2)}%`]
      : [`${color} ${from}% ${to}%`];
  });
  return `linear-gradient(to right, ${stops.join(', ')}, transparent 0) no-repeat`;
}

/** A node's name, near by and seen from far, with the number of actions behind that of a group. */
export function NodeName({
  label,
  name,
  count = null,
}: {
  readonly label: string;
  readonly name: Lines;
  readonly count?: number | null;
}) {
  const times = count !== null && <span className={styles.times}>× {formatCount(count)}</span>;
  return (
    <>
      <span className={styles.name}>
        <span data-name={label}>
          <Broken lines={name.near} />
        </span>
        {times}
      </span>
      <span className={styles.farName}>
        <span data-name={label}>
          <Broken lines={name.far} />
        </span>
        {times}
      </span>
    </>
  );
}

function Broken({lines}: {readonly lines: readonly string[]}) {
  return lines.map((line, index) => (
    <Fragment key={index}>
      {index > 0 && <br />}
      {line}
    </Fragment>
  ));
}

/** The number of outputs of each tier that a node has some of. */
export function TierCounts({counts}: {readonly counts: Counts}) {
  return (
    <span className={styles.tiers}>
      {TIERS.map((tier) =>
        counts[tier] === 0 ? null : <TierCount key={tier} tier={tier} count={counts[tier]} />,
      )}
    </span>
  );
}

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
