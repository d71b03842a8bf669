import {useStore} from '@xyflow/react';
import {useEffect, useMemo, useState, type RefObject} from 'react';
import {visibleText} from '../../shared/visibleText';
import {boundsOf} from './arrange';
import {GraphMinimap} from './GraphMinimap';
import type {GraphModel} from './useGraphModel';
import {overflows} from './viewMemory';
import styles from './GraphView.module.css';

/**
 * Whether the graph goes beyond what is seen of it now, so that an overview helps. Held against the surface as a whole,
 * whose size does not depend on whether the overview is shown.
 */
export function useOverflow(
  model: GraphModel | null,
  surface: RefObject<HTMLElement | null>,
): boolean {
  const size = useSize(surface);
  const bounds = useMemo(
    () => (model === null || model.places.size === 0 ? null : boundsOf(model.places.values())),
    [model],
  );
  return useStore(({transform: [x, y, zoom], width}) => {
    if (bounds === null || size === null || width === 0) return false;
    return overflows(bounds, {x, y, zoom}, size);
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of an element in pixels; null until it has one. */
function useSize(element: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => {
    const current = element.current;
    if (current === null) return;
    const observer = new ResizeObserver(() => {
      const {clientWidth: width, clientHeight: height} = current;
      setSize(width === 0 ? null : {width, height});
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/**
 * Below the graph, over no node: the overview of one that overflows, and in full what the node under the pointer or
 * the keyboard is about.
 */
export function GraphFoot(props: {
  readonly model: GraphModel | null;
  readonly surface: RefObject<HTMLElement | null>;
  readonly overflowing: boolean;
}) {
  const {model, surface, overflowing} = props;
  const tip = useShownTip(surface);
  return (
    // an attribute, since :has(.tip) would style all of the overview anew at each node that the pointer crosses
    <div className={styles.foot} data-overflowing={overflowing} data-tipped={tip !== null}>
      {overflowing && model !== null && <GraphMinimap model={model} />}
      {/* the node's accessible name is the same */}
      <p className={styles.tip} aria-hidden="true" hidden={tip === null}>
        {tip}
      </p>
    </div>
  );
}

/** The tip of the node that the pointer is over, else of the one that has the keyboard. */
function useShownTip(surface: RefObject<HTMLElement | null>): string | null {
  const [hovered, setHovered] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  useEffect(() => {
    const element = surface.current;
    if (element === null) return;
    const tipOf = (target: EventTarget | null): string | null => {
      if (!(target instanceof Element) || target.closest('[data-tip-place]') === null) return null;
      const tip = target.closest('[data-tip]')?.getAttribute('data-tip') ?? null;
      return tip === null ? null : visibleText(tip);
    };
    // a view that is dragged slides below the pointer
    const over = ({target, buttons}: PointerEvent) => {
      if (buttons === 0) setHovered(tipOf(target));
    };
    const leave = () => setHovered(null);
    const focus = ({target}: Event) => setFocused(tipOf(target));
    const blur = () => setFocused(null);
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerup', over);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focusin', focus);
    element.addEventListener('focusout', blur);
    return () => {
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerup', over);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('focusin', focus);
      element.removeEventListener('focusout', blur);
    };
  }, [surface]);
  return hovered ?? focused;
}
