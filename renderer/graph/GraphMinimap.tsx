import {useReactFlow, useStore} from '@xyflow/react';
import {memo, useMemo, type PointerEvent} from 'react';
import {useDeskState} from '../state/deskStore';
import {stateColor} from '../status/stateGlyph';
import {leadingState, stripOf} from '../status/stateStrip';
import {boundsOf, type Rect} from './arrange';
import type {GraphModel} from './useGraphModel';
import styles from './GraphView.module.css';

/** Of the overview, in pixels of the screen. */
const WIDTH = 148;
const HEIGHT = 48;
const MARGIN = 3;

/** The whole graph small, with the part in view framed; a click or drag moves the view there. */
export const GraphMinimap = memo(function GraphMinimap({model}: {readonly model: GraphModel}) {
  const {setCenter, getZoom} = useReactFlow();
  const map = useMemo(() => mapOf(model), [model]);
  const moveTo = (event: PointerEvent<HTMLElement>): void => {
    if (event.buttons === 0) return;
    const {left, top} = event.currentTarget.getBoundingClientRect();
    const x = map.x + (event.clientX - left) / map.scale;
    const y = map.y + (event.clientY - top) / map.scale;
    void setCenter(x, y, {zoom: getZoom()});
  };
  return (
    <div
      className={styles.minimap}
      role="img"
      aria-label="Overview of the whole graph"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        moveTo(event);
      }}
      onPointerMove={moveTo}
    >
      <svg viewBox={`${map.x} ${map.y} ${WIDTH / map.scale} ${HEIGHT / map.scale}`}>
        {model.shown.nodes.map(({id, members}) => {
          const place = model.places.get(id);
          return place && <MinimapNode key={id} place={place} members={members} />;
        })}
      </svg>
      <PartInView map={map} />
    </div>
  );
});

/** What of the graph is at the upper left corner of the overview, and its pixels for each of the graph's. */
type GraphMap = Readonly<Record<'x' | 'y' | 'scale', number>>;

function mapOf({places}: GraphModel): GraphMap {
  const {x, y, width, height} = boundsOf(places.values());
  const wide = (WIDTH - 2 * MARGIN) / Math.max(width, 1);
  const scale = Math.min(wide, (HEIGHT - 2 * MARGIN) / Math.max(height, 1));
  return {x: x - (WIDTH / scale - width) / 2, y: y - (HEIGHT / scale - height) / 2, scale};
}

function MinimapNode(props: {readonly place: Rect; readonly members: readonly string[]}) {
  const {x, y, width, height} = props.place;
  const {members} = props;
  const color = useDeskState(({statuses}) => stateColor(leadingState(stripOf(members, statuses))));
  return <rect {...{x, y, width, height}} style={{fill: `var(--${color})`}} />;
}

/** By itself, so that a move of the view changes nothing else of the overview. */
function PartInView({map}: {readonly map: GraphMap}) {
  const [x, y, zoom] = useStore(({transform}) => transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const within = (place: number, most: number): number => Math.min(Math.max(place, 1), most - 1);
  const left = within((-x / zoom - map.x) * map.scale, WIDTH);
  const top = within((-y / zoom - map.y) * map.scale, HEIGHT);
  const right = within(((width - x) / zoom - map.x) * map.scale, WIDTH);
  const bottom = within(((height - y) / zoom - map.y) * map.scale, HEIGHT);
  return (
    <div
      className={styles.inView}
      style={{
        transform: `translate(${left}px, ${top}px)`,
        // rounded, as it would be laid out anew for less than can be seen
        width: Math.max(2, Math.round(right - left)),
        height: Math.max(2, Math.round(bottom - top)),
      }}
    />
  );
}
