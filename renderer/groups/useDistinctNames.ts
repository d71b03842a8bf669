import {useEffect, useMemo, useState} from 'react';
import {distinctNames} from './distinctNames';

const NONE: ReadonlyMap<string, string> = new Map();
const NO_FAMILIES: readonly (readonly string[])[] = [];

/**
 * The label of each of these names in `width` pixels, no two the same: nothing yet where they are first drawn. Those
 * of `families`, the same array while they are the same, are without the words that all of one share.
 */
export function useDistinctNames(
  names: readonly string[],
  width: number,
  families = NO_FAMILIES,
): ReadonlyMap<string, string> {
  // lists of jobs are new at each change of one, their names are not
  const text = useMemo(() => names.join('\n'), [names]);
  const [labels, setLabels] = useState(NONE);
  useEffect(() => {
    // a thousand names take longer than a frame, and most fit as they are
    const timer = window.setTimeout(() =>
      setLabels(distinctNames({families, alone: text === '' ? [] : text.split('\n')}, width)),
    );
    return () => window.clearTimeout(timer);
  }, [text, width, families]);
  return labels;
}
