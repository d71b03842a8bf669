import {useEffect, useEffectEvent, useRef, type ReactNode} from 'react';
import {
  Group,
  Panel,
  Separator,
  usePanelRef,
  type Layout,
  type LayoutChangedMeta,
} from 'react-resizable-panels';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {Inspector} from '../inspector/Inspector';
import {BottomPanel} from './BottomPanel';
import {Centre} from './Centre';
import {LeftPanel} from './LeftPanel';
import {RunNotices} from './RunNotices';
import {StatusLine} from './StatusLine';
import {TopBar} from './TopBar';
import styles from './Frame.module.css';

type Side = keyof DeskState['collapsed'];

/** Sizes in pixels before the user drags a divider: at 1280×800 nothing is cut. */
const FIRST_SIZE: Readonly<Record<Side, number>> = {left: 280, right: 320, bottom: 232};
const LEAST_SIZE: Readonly<Record<Side, number>> = {left: 200, right: 280, bottom: 120};

/**
 * A study's frame: five places that never move. Dividers drag, sides collapse when they are dragged shut
 * or by their button in the status line; sizes stay with the study.
 */
export function Frame() {
  const {store} = useDesk();
  const moved = useRef<Partial<Record<Side, number>>>({});

  /** After a drag: remembers what moved, and folds away what was dragged shut. */
  const keepSizes = (byUser: boolean) => {
    const sizes = Object.entries(moved.current);
    moved.current = {};
    if (!byUser) return;
    store.setState((state) => ({
      choices: {
        ...state.choices,
        ...Object.fromEntries(
          sizes
            .filter(([, pixels]) => pixels > 0)
            .map(([side, pixels]) => [`size.${side}`, String(Math.round(pixels))]),
        ),
      },
      collapsed: {
        ...state.collapsed,
        ...Object.fromEntries(sizes.map(([side, pixels]) => [side, pixels === 0])),
      },
    }));
  };
  const group = {
    disableCursor: true,
    onLayoutChanged: (_layout: Layout, meta: LayoutChangedMeta) =>
      keepSizes(meta.isUserInteraction),
  };
  const onSize = (side: Side, pixels: number) => {
    moved.current = {...moved.current, [side]: pixels};
  };

  return (
    <div className={styles.frame}>
      <TopBar />
      <RunNotices />
      <Group orientation="vertical" className={styles.rows} {...group}>
        <Panel id="upper" minSize={200} className={styles.upper}>
          <Group orientation="horizontal" {...group}>
            <SidePanel side="left" onSize={onSize}>
              <LeftPanel />
            </SidePanel>
            <Separator className={styles.upright} aria-label="Width of the left list" />
            <Panel id="centre" minSize={320} className={styles.centre}>
              <Centre />
            </Panel>
            <Separator className={styles.upright} aria-label="Width of the inspector" />
            <SidePanel side="right" onSize={onSize}>
              <Inspector />
            </SidePanel>
          </Group>
        </Panel>
        <Separator className={styles.level} aria-label="Height of the bottom panel" />
        <SidePanel side="bottom" onSize={onSize}>
          <BottomPanel />
        </SidePanel>
      </Group>
      <StatusLine />
    </div>
  );
}

/** A side that can be folded away; what is in it is not there while it is. */
function SidePanel(props: {
  readonly side: Side;
  readonly onSize: (side: Side, pixels: number) => void;
  readonly children: ReactNode;
}) {
  const {side, onSize, children} = props;
  const {store} = useDesk();
  const panel = usePanelRef();
  const collapsed = useDeskState((state) => state.collapsed[side]);
  const size = () => {
    const saved = Number(store.getState().choices[`size.${side}`]);
    return saved >= LEAST_SIZE[side] ? saved : FIRST_SIZE[side];
  };

  const fold = useEffectEvent((away: boolean) => {
    const handle = panel.current;
    if (handle === null || handle.isCollapsed() === away) return;
    if (away) handle.collapse();
    else handle.resize(size());
  });
  useEffect(() => fold(collapsed), [collapsed]);

  return (
    <Panel
      id={side}
      panelRef={panel}
      className={styles.side}
      defaultSize={collapsed ? 0 : size()}
      minSize={LEAST_SIZE[side]}
      collapsible
      groupResizeBehavior="preserve-pixel-size"
      onResize={(now) => onSize(side, now.inPixels)}
    >
      {!collapsed && children}
    </Panel>
  );
}
