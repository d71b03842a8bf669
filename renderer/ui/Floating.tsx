import {
  autoUpdate,
  flip,
  offset,
  shift,
  size,
  useFloating,
  type Placement,
  type VirtualElement,
} from '@floating-ui/react-dom';
import {useCallback, useState, type HTMLAttributes, type Ref} from 'react';

/** What something floats beside: an element, or a place such as that of the pointer. */
export type Anchor = Element | VirtualElement;

/** Props of {@link Floating}: where it stands, and those of its element. */
export interface FloatingProps extends HTMLAttributes<HTMLDivElement> {
  readonly anchor: Anchor | null;
  /** Where it goes if there is room; to the other side if not. */
  readonly placement?: Placement;
  /** Pixels between it and what it floats beside. */
  readonly gap?: number;
  readonly ref?: Ref<HTMLDivElement>;
}

/** Free pixels kept to the edges of the window. */
const EDGE = 8;

/**
 * Something over the rest of the window (a menu, a panel, a tooltip), beside its anchor and always inside the
 * window: it goes to the other side, along the edge, or gets lower and scrolls. It is in the page's top layer, so that
 * neither a scrolling part nor a dialog cuts it.
 */
export function Floating({
  anchor,
  placement = 'bottom-start',
  gap = 4,
  ref,
  ...rest
}: FloatingProps) {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const {floatingStyles, isPositioned} = useFloating({
    placement,
    strategy: 'fixed',
    transform: false,
    whileElementsMounted: autoUpdate,
    elements: {reference: anchor, floating: element},
    middleware: [
      offset(gap),
      flip({padding: EDGE}),
      shift({padding: EDGE}),
      size({
        padding: EDGE,
        apply({availableWidth, availableHeight, elements}) {
          elements.floating.style.setProperty('--room-x', `${Math.floor(availableWidth)}px`);
          elements.floating.style.setProperty('--room-y', `${Math.floor(availableHeight)}px`);
        },
      }),
    ],
  });
  const hold = useCallback(
    (next: HTMLDivElement | null) => {
      // jsdom has no top layer
      if (next !== null && 'showPopover' in next && !next.matches(':popover-open'))
        next.showPopover();
      setElement(next);
      if (typeof ref === 'function') ref(next);
      else if (ref !== null && ref !== undefined) ref.current = next;
    },
    [ref],
  );
  return (
    <div
      {...rest}
      ref={hold}
      popover="manual"
      data-placed={isPositioned}
      style={{...rest.style, ...floatingStyles, right: 'auto', bottom: 'auto'}}
    />
  );
}
