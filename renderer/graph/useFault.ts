import {useCallback, useState} from 'react';

/**
 * Hands a fault that happened outside of drawing a component (in a frame, in a worker) to the boundary
 * around the graph, which says so and offers to try again.
 */
export function useFault(): (fault: unknown) => void {
  const [, setState] = useState(null);
  return useCallback(
    (fault: unknown) =>
      setState(() => {
        throw fault;
      }),
    [],
  );
}
