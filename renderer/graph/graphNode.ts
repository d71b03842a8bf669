import type {Node} from '@xyflow/react';
import type {Stubs} from './focusGraph';
import type {FoldNode} from './fold';
import type {Direction} from './lineage';
import type {NodeName} from './nodeNames';

/**
 * What a node of the graph is given; its live state it takes from the store itself, its tone is a class
 * of the element around it, so that a new filter draws no node again.
 */
export interface GraphNodeData extends Record<string, unknown> {
  readonly node: FoldNode;
  readonly name: NodeName;
  /** The one node that Tab reaches; arrows lead to the others. */
  readonly tabbable: boolean;
  readonly stubs: Stubs | null;
  readonly onOpenStub: (node: FoldNode, direction: Direction) => void;
  readonly onToggle: (node: FoldNode) => void;
}

/** A node as React Flow holds it; its own built-in types bring styles of their own, so these differ. */
export type GraphNode = Node<GraphNodeData, 'single' | 'fold' | 'box'>;
