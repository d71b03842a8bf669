import {ReactFlow, ReactFlowProvider, useStore, type NodeTypes} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import {useCallback, useEffect, useMemo, useRef, useState, type MouseEvent} from 'react';
import type {Direction} from '../../shared/graph';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {howOf, isPicked, pick} from '../state/selection';
import {fixLinesWords} from '../state/runWords';
import {namesFound} from '../state/selectors';
import {keysOf} from '../commands/keys';
import {selectionItems} from '../commands/selectionMenu';
import {useContextMenu, type ContextMenu} from '../ui/ContextMenu';
import type {MenuItem} from '../ui/MenuPopup';
import {ActionNode} from './ActionNode';
import {GraphCanvas} from './GraphCanvas';
import {GraphFoot, useOverflow} from './GraphFoot';
import {GraphToolbar} from './GraphToolbar';
import {GroupBox} from './GroupBox';
import {GroupNode} from './GroupNode';
import type {GraphNode} from './NodeParts';
import {hiddenNeighbours} from './focusGraph';
import type {FoldNode} from '../groups/fold';
import {usePalette} from './palette';
import type {Highlight} from './tones';
import {useGraphKeys} from './useGraphKeys';
import {useGraphModel, type GraphModel} from './useGraphModel';
import {useGraphViewport, type GraphViewport} from './useGraphViewport';
import {useScene} from './useScene';
import nodeStyles from './GraphNodes.module.css';
import styles from './GraphView.module.css';

/** The study as a graph; without actions there is nothing to draw, and the centre shows that. */
export function GraphView() {
  const drawable = useDeskState((state) => (state.study?.graph ?? null) !== null);
  return drawable ? (
    <ReactFlowProvider>
      <GraphSurface />
    </ReactFlowProvider>
  ) : null;
}

const NODE_TYPES: NodeTypes = {single: ActionNode, fold: GroupNode, box: GroupBox};
/** Below this scale the letters of nodes are larger, and their name comes first. */
const FAR_ZOOM = 0.75;

/** Canvas, nodes, buttons and keys of the graph. */
function GraphSurface() {
  const {store} = useDesk();
  const surface = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  const [highlight, setHighlight] = useHighlight();
  const focus = useFocusMode();
  const model = useGraphModel(focus.current);
  const matches = useDeskState(namesFound);
  const drawn = model !== null;
  useEffect(() => {
    if (drawn) store.setState({graphDrawn: true});
  }, [store, drawn]);
  const {scene, tones} = useScene(model, highlight, matches);
  const footShown = useOverflow(model, surface);
  const viewport = useGraphViewport(model, focus.current === null, footShown);
  const broken = useDeskState(fixLinesWords);
  const fromBefore = useDeskState((state) => state.study?.fromBefore === true);
  const far = useStore((state) => state.transform[2] < FAR_ZOOM);

  const selection = useDeskState((state) => state.selection);
  const context = useContextMenu();
  const acts = useNodeActs(model, focus.open, context.open);
  const nodes = useFlowNodes(model, tones, selection, acts);
  const commands = useGraphCommands(acts.onToggle, [highlight, setHighlight], focus, viewport);
  const onKeyDown = useGraphKeys(model, surface, commands);

  return (
    <div
      ref={surface}
      className={`${styles.surface} ${far ? nodeStyles.far : ''}`}
      data-far={far}
      data-from-before={fromBefore}
      role="group"
      aria-label="Graph of actions: arrows walk along the edges, Enter unfolds a group"
      onKeyDown={onKeyDown}
      onFocus={({target}) => {
        // the keyboard is never where nothing of it is seen
        if (target.matches('[data-node]:focus-visible'))
          viewport.reveal(target.getAttribute('data-node') ?? '');
      }}
    >
      <ReactFlow<GraphNode>
        className={footShown ? styles.aboveFoot : undefined}
        data-tip-place="foot"
        aria-label="Graph of the actions"
        nodes={nodes}
        nodeTypes={NODE_TYPES}
        minZoom={0.05}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        proOptions={{hideAttribution: true}}
        onMoveEnd={viewport.keep}
      >
        <GraphCanvas scene={scene} palette={palette} />
      </ReactFlow>
      <GraphFoot model={model} surface={surface} overflowing={footShown} />
      <GraphToolbar
        model={model}
        highlight={highlight}
        onHighlight={setHighlight}
        focused={focus.current !== null}
        onFocus={focus.toggle}
        onFit={viewport.fit}
        onZoom={viewport.zoomToSelection}
      />
      {context.menu}
      {(broken !== null || fromBefore) && (
        <p className={styles.banner} role="status">
          {fromBefore ? 'project.yaml can’t be read: this graph is from before. ' : ''}
          {broken !== null && `${broken}.`}
        </p>
      )}
    </div>
  );
}

/** What the mouse does with a node; the same functions for the same model. */
function useNodeActs(
  model: GraphModel | null,
  open: (names: readonly string[]) => void,
  openMenu: ContextMenu['open'],
): NodeActs {
  const desk = useDesk();
  const {store} = desk;
  const onToggle = useCallback(
    (node: FoldNode) =>
      store.setState((state) => {
        const folds = new Map(state.folds);
        if (folds.get(node.id) === false) folds.delete(node.id);
        else folds.set(node.id, false);
        return {folds};
      }),
    [store],
  );
  const onOpenStub = useCallback(
    (node: FoldNode, direction: Direction) => {
      if (model === null || model.focused === null) return;
      open(hiddenNeighbours(model.graph, node.members, direction, model.focused));
    },
    [model, open],
  );

  const onPick = useCallback(
    (names: readonly string[], event: MouseEvent) => {
      // in a graph there is no order that a range could follow: Shift adds
      const how = howOf(event);
      pick(store, names, how === 'range' ? 'toggle' : how);
    },
    [store],
  );
  const onMenu = useCallback(
    (node: FoldNode, names: readonly string[], event: MouseEvent) => {
      if (!names.every((name) => isPicked(store.getState(), name))) pick(store, names, 'one');
      const items: MenuItem[] = [...selectionItems(desk)];
      const isGroup = node.kind === 'group' && names.length > 1;
      if (isGroup) {
        const toggle = {
          id: 'unfold',
          label: 'Unfold the group',
          keys: keysOf('graph-unfold'),
          separated: true,
        };
        items.push({...toggle, onChoose: () => onToggle(node)});
      }
      openMenu(event, {label: `Actions on ${isGroup ? node.label : names.join()}`, items: items});
    },
    [store, desk, onToggle, openMenu],
  );
  return useMemo(
    () => ({onToggle, onOpenStub, onPick, onMenu}),
    [onToggle, onOpenStub, onPick, onMenu],
  );
}

/** What keys do in the graph. */
function useGraphCommands(
  onToggle: NodeActs['onToggle'],
  [highlight, setHighlight]: ReturnType<typeof useHighlight>,
  focus: ReturnType<typeof useFocusMode>,
  viewport: GraphViewport,
) {
  return useMemo(
    () => ({
      toggle: onToggle,
      upstream: () => setHighlight(highlight === 'upstream' ? 'both' : 'upstream'),
      downstream: () => setHighlight(highlight === 'downstream' ? 'both' : 'downstream'),
      focus: focus.toggle,
      fit: viewport.fit,
      zoomToSelection: viewport.zoomToSelection,
      zoomBy: viewport.zoomBy,
      reveal: viewport.reveal,
      stepOut: () => {
        if (focus.current === null) return false;
        focus.toggle();
        return true;
      },
    }),
    [onToggle, highlight, setHighlight, focus, viewport],
  );
}

function useHighlight(): readonly [Highlight, (next: Highlight) => void] {
  const [value, set] = useChoice('graph.highlight', 'both');
  return [value === 'upstream' || value === 'downstream' ? value : 'both', set];
}

/** Focus mode: on or off, and what was opened beyond the selection's neighbours. */
function useFocusMode() {
  const selection = useDeskState((state) => state.selection);
  const [on, setOn] = useChoice('graph.focus', 'off');
  const [opened, setOpened] = useState<readonly string[]>([]);
  useEffect(() => setOpened([]), [selection, on]);
  // without a selection there is nothing to focus on, and the next one must not bring it back
  useEffect(() => {
    if (on === 'on' && selection === null) setOn('off');
  });
  const current = useMemo(
    () => (on === 'on' && selection !== null ? {selection, opened} : null),
    [on, selection, opened],
  );
  const toggle = useCallback(
    () => setOn(on === 'on' || selection === null ? 'off' : 'on'),
    [on, selection, setOn],
  );
  const open = useCallback(
    (names: readonly string[]) => setOpened((before) => [...before, ...names]),
    [],
  );
  return useMemo(() => ({current, toggle, open}), [current, toggle, open]);
}

/** What can be done with a node. */
type NodeActs = Pick<GraphNode['data'], 'onToggle' | 'onOpenStub' | 'onPick' | 'onMenu'>;

/** The nodes for React Flow; those that did not change keep their identity and are not drawn again. */
function useFlowNodes(
  model: GraphModel | null,
  tones: ReturnType<typeof useScene>['tones'],
  selection: string | null,
  acts: NodeActs,
): GraphNode[] {
  const before = useRef(new Map<string, GraphNode>());
  return useMemo(() => {
    if (model === null) return [];
    const chosen = selection === null ? undefined : model.shown.nodeOf.get(selection);
    const tabbable = chosen ?? model.shown.nodes[0]?.id;
    const next = model.shown.nodes.flatMap((node): GraphNode[] => {
      const rect = model.places.get(node.id);
      const name = model.names.get(node.id);
      if (rect === undefined || name === undefined) return [];
      const {x, y, width, height} = rect;
      const type = node.kind === 'action' ? 'single' : model.unfolded.has(node.id) ? 'box' : 'fold';
      const data = {
        node,
        name,
        tabbable: node.id === tabbable,
        stubs: model.stubs?.get(node.id) ?? null,
        ...acts,
      };
      const className = nodeStyles[tones.get(node.id) ?? 'plain'] ?? '';
      const old = before.current.get(node.id);
      const same = old !== undefined && sameData(old.data, data) ? old.data : data;
      const moved =
        old?.position.x !== x ||
        old.position.y !== y ||
        old.width !== width ||
        old.height !== height;
      if (!moved && same === old.data && old.type === type && old.className === className) {
        return [old];
      }
      const size = {width, height};
      const position = {x, y};
      return [{id: node.id, type, position, ...size, measured: size, className, data: same}];
    });
    before.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [model, tones, selection, acts]);
}

function sameData(a: GraphNode['data'], b: GraphNode['data']): boolean {
  return Object.keys(a).every((key) => a[key] === b[key]);
}
