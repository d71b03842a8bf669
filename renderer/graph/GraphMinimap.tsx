import {MiniMap, useReactFlow, type MiniMapNodeProps} from '@xyflow/react';
import {useDeskState} from '../state/deskStore';
import {stateColor} from '../status/stateGlyph';
import {leadingState, stripOf} from '../status/stateStrip';
import type {GraphNode} from './NodeParts';
import styles from './GraphView.module.css';

/** The whole graph small, with the part in view framed; a click or drag moves the view there. */
export function GraphMinimap() {
  const {setCenter, getZoom} = useReactFlow();
  return (
    <MiniMap<GraphNode>
      className={styles.minimap}
      style={{width: 148, height: 48}}
      ariaLabel="Overview of the whole graph"
      nodeComponent={MinimapNode}
      bgColor="var(--bg)"
      maskColor="color-mix(in srgb, var(--line) 50%, transparent)"
      maskStrokeColor="var(--accent)"
      maskStrokeWidth={1.2}
      pannable
      onClick={(_event, {x, y}) => void setCenter(x, y, {zoom: getZoom()})}
    />
  );
}

const NOBODY: readonly string[] = [];

function MinimapNode({id, x, y, width, height}: MiniMapNodeProps) {
  const {getNode} = useReactFlow<GraphNode>();
  const members = getNode(id)?.data.node.members ?? NOBODY;
  const color = useDeskState(({statuses}) => stateColor(leadingState(stripOf(members, statuses))));
  return <rect {...{x, y, width, height}} style={{fill: `var(--${color})`}} />;
}
