import {useEffect, useMemo, useRef, useState} from 'react';
import {beyond, type ActionGraph} from '../../shared/graph';
import type {StudySnapshot} from '../../shared/study';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {namesIn, remember} from '../state/selectors';
import {useFault} from '../ui/ErrorBoundary';
import {arrange, type Place} from './arrange';
import {focusActions, focusGraph, type FocusedGraph, type Stubs} from './focusGraph';
import {apartByFate, foldedOf, type FoldedGraph, type FoldNode} from '../groups/fold';
import {studyNames} from '../groups/similarActions';
import {knownLayout, requestLayout, structureKey} from './layoutCache';
import type {GraphLayout, LayoutInput} from './layoutGraph';
import {nodeNames, type NodeName} from './nodeNames';
import {routeEdges, type Curve} from './routeEdges';
import {layoutInput, recallLayout} from './studyLayout';

/** What the graph shows and where, without anything that changes while a run goes on. */
export interface GraphModel {
  readonly graph: ActionGraph;
  readonly shown: FoldedGraph;
  /** Labels of the nodes, by id. */
  readonly names: ReadonlyMap<string, NodeName>;
  readonly nodeById: ReadonlyMap<string, FoldNode>;
  readonly places: ReadonlyMap<string, Place>;
  /** The way of each edge, by its key. */
  readonly routes: ReadonlyMap<string, readonly Curve[]>;
  /** Groups shown with all their members. */
  readonly unfolded: ReadonlySet<string>;
  /** Counted stubs by node; null outside of focus mode. */
  readonly stubs: ReadonlyMap<string, Stubs> | null;
  /** Every action that focus mode shows; null outside of it. */
  readonly focused: ReadonlySet<string> | null;
  /** Names the layout, so that the view is fitted once for each. */
  readonly layoutKey: string;
}

/** The selection that focus mode looks at, with what was opened beyond its neighbours. */
export interface Focus {
  readonly selection: string;
  readonly opened: readonly string[];
}

/** Folds, focuses, lays out and arranges the study's graph; null until the first layout has arrived. */
export function useGraphModel(focus: Focus | null): GraphModel | null {
  const study = useDeskState((state) => state.study);
  const folds = useDeskState((state) => state.folds);
  const folded = useFolded(study);
  const graph = study?.graph ?? null;

  const focused = useMemo(
    () =>
      focus === null || graph === null || !graph.rank.has(focus.selection)
        ? null
        : focusActions(graph, focus.selection, focus.opened),
    [focus, graph],
  );
  const near: FocusedGraph | null = useMemo(
    () =>
      folded === null || graph === null || focused === null || focus === null
        ? null
        : focusGraph(folded, graph, focused, focus.selection),
    [folded, graph, focused, focus],
  );
  const shown = near ?? folded;
  const layout = useLayout(shown);
  const siblings = useDeskState((state) => studyNames(state.study));
  const names = useMemo(
    () => (shown === null ? null : nodeNames(shown.nodes, siblings)),
    [shown, siblings],
  );

  return useMemo(() => {
    if (shown === null || graph === null || layout === null || names === null) return null;
    const groups = shown.nodes.filter(({id, kind}) => kind === 'group' && folds.get(id) === false);
    const sizes = new Map(groups.map(({id, members}) => [id, members.length]));
    const places = arrange(layout.layout, sizes);
    return {
      graph,
      shown,
      names,
      nodeById: new Map(shown.nodes.map((node) => [node.id, node])),
      places,
      routes: routeEdges(places, shown.edges),
      layoutKey: layout.key,
      unfolded: new Set(sizes.keys()),
      stubs: near?.stubs ?? null,
      focused,
    };
  }, [shown, near, graph, folds, layout, focused, names]);
}

function useFolded(study: StudySnapshot | null): FoldedGraph | null {
  const project = study?.project ?? null;
  const graph = study?.graph ?? null;
  const fates = useDeskState(fatesOf);
  return useMemo(() => {
    if (project === null || graph === null) return null;
    const whole = foldedOf(project, graph);
    if (fates === '') return whole;
    const fate = new Map(fates.split('\n').map((line) => line.split('\t') as [string, string]));
    return apartByFate(whole, graph, (action) => fate.get(action) ?? '');
  }, [project, graph, fates]);
}

/** What failed before each blocked action, a line each; equal text while nothing of it changes. */
function fatesOf(state: DeskState): string {
  const graph = state.study?.graph ?? null;
  const blocked = namesIn(state, 'blocked');
  if (graph === null || blocked.length === 0) return '';
  return fateLines(graph, blocked, namesIn(state, 'failed'));
}

const fateLines = remember(
  (graph: ActionGraph, blocked: readonly string[], failedNames: readonly string[]): string => {
    // from what failed, which is less than what that blocks
    const causes = new Map(blocked.map((name): [string, string[]] => [name, []]));
    for (const cause of [...failedNames].sort())
      for (const name of beyond(graph, cause, 'downstream')) causes.get(name)?.push(cause);
    return [...causes].map(([name, those]) => `${name}\t${those.join(' ')}`).join('\n');
  },
);

interface KeyedLayout {
  readonly key: string;
  readonly layout: GraphLayout;
}

/** The layout of what is shown; the former one stays until the new one is there. */
function useLayout(shown: FoldedGraph | null): KeyedLayout | null {
  const {store} = useDesk();
  const input = useMemo(() => (shown === null ? null : layoutInput(shown)), [shown]);
  const key = useMemo(() => (input === null ? '' : structureKey(input)), [input]);
  const fail = useFault();
  const [ready, setReady] = useState<KeyedLayout | null>(null);
  const wanted = useRef(key);
  wanted.current = key;

  useEffect(() => {
    if (input === null || knownLayout(key) !== null) return;
    const laidOut = requestLayout(key, input).then((layout) => {
      if (wanted.current === key) setReady({key, layout});
    });
    laidOut.catch(fail);
  }, [input, key, fail]);

  return useMemo(() => {
    if (input !== null) recallLayout(store, key, input);
    const known = input === null ? null : knownLayout(key);
    if (known !== null) return {key, layout: known};
    return fits(ready, input) ? ready : null;
  }, [input, key, ready, store]);
}

/** A former layout may be used only where it places every node that is shown now. */
function fits(ready: KeyedLayout | null, input: LayoutInput | null): boolean {
  if (ready === null || input === null) return false;
  const placed = new Set(ready.layout.nodes.map(({id}) => id));
  return input.nodes.every(({id}) => placed.has(id));
}
