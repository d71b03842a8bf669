import {ReactFlowProvider} from '@xyflow/react';
import {useDeskState} from '../state/deskStore';
import {GraphSurface} from './GraphSurface';

/** The study as a graph; without actions there is nothing to draw, and the centre says so. */
export function GraphView() {
  const drawable = useDeskState((state) => (state.study?.graph ?? null) !== null);
  return drawable ? (
    <ReactFlowProvider>
      <GraphSurface />
    </ReactFlowProvider>
  ) : null;
}
