import {useMemo} from 'react';
import {useDesk, useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {gridOf} from './memberGrid';
import {cellName} from './nodeNames';
import type {Scene, SceneBox, SceneEdge} from './paintGraph';
import {edgeKey} from './routeEdges';
import {lineageEdges, lineageOf, nodeTones, type Highlight, type Lineage, type Tone} from './tones';
import type {GraphModel} from './useGraphModel';

/** Everything drawn under the nodes, and the tones of the nodes themselves. */
export interface DrawnGraph {
  readonly scene: Scene;
  readonly tones: ReadonlyMap<string, Tone>;
}

/** What selection, highlight and query make of the model. */
export function useScene(
  model: GraphModel | null,
  highlight: Highlight,
  matches: ReadonlySet<string> | null,
): DrawnGraph {
  const {store} = useDesk();
  const chosen = useDeskState((state) => state.selection);
  const selection = chosen !== null && model?.graph.rank.has(chosen) === true ? chosen : null;
  const picked = useDeskState((state) => state.picked);
  const chosenNames = useMemo(
    () => (selection === null ? [] : picked.size > 0 ? [...picked] : [selection]),
    [selection, picked],
  );
  const lineage = useMemo(
    () =>
      model === null || chosenNames.length === 0
        ? null
        : lineageOf(model.graph, chosenNames, highlight),
    [model, chosenNames, highlight],
  );
  const tones = useMemo(
    () =>
      model === null
        ? new Map<string, Tone>()
        : nodeTones(model.shown, selection, lineage, matches),
    [model, selection, lineage, matches],
  );
  const edges = useMemo(
    () => (model === null ? [] : sceneEdges(model, selection, lineage, tones)),
    [model, selection, lineage, tones],
  );
  const boxes = useMemo((): readonly SceneBox[] => {
    if (model === null) return [];
    return model.shown.nodes.flatMap(({id, members}) => {
      const rect = model.places.get(id);
      if (rect === undefined || !model.unfolded.has(id)) return [];
      const toneOf = (name: string): Tone => {
        if (matches !== null && !matches.has(name)) return 'faint';
        return lineage?.upstream.has(name) === true || lineage?.downstream.has(name) === true
          ? 'lineage'
          : 'plain';
      };
      const tonesOfCells = members.map(toneOf);
      const place = selection === null ? -1 : members.indexOf(selection);
      return [
        {
          rect,
          grid: gridOf(members.length),
          labelAt: cellLabels(members),
          stateAt: (index: number) =>
            stateOfAction(store.getState().statuses, members[index] ?? ''),
          toneAt: (index: number) => tonesOfCells[index] ?? 'plain',
          selected: place === -1 ? null : place,
        },
      ];
    });
  }, [model, selection, lineage, matches, store]);
  const scene = useMemo(() => ({edges, boxes}), [edges, boxes]);
  return {scene, tones};
}

/** The labels of a group's cells, each worked out when it is first drawn. */
function cellLabels(members: readonly string[]): (index: number) => string {
  const labels: string[] = [];
  return (index) => (labels[index] ??= cellName(members[index] ?? '', members));
}

function sceneEdges(
  model: GraphModel,
  selection: string | null,
  lineage: Lineage | null,
  tones: ReadonlyMap<string, Tone>,
): readonly SceneEdge[] {
  const lit =
    selection === null || lineage === null
      ? null
      : lineageEdges(model.shown, model.graph, selection, lineage);
  return model.shown.edges.flatMap(({from, to}) => {
    const curves = model.routes.get(edgeKey(from, to));
    if (curves === undefined) return [];
    const hidden = tones.get(from) === 'faint' || tones.get(to) === 'faint';
    const tone =
      lit?.has(edgeKey(from, to)) === true ? 'lineage' : hidden || lit !== null ? 'faint' : 'plain';
    return [{curves, tone}];
  });
}
