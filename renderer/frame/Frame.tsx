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
import {folding, unfolding, type Side} from '../state/sides';
import {Inspector} from '../inspector/Inspector';
import {BottomPanel} from './BottomPanel';
import {Centre} from './Centre';
import {LeftPanel} from './LeftPanel';
import {LEAST, bottomHeight} from './room';
import {RunNotices} from './RunNotices';
import {RunStrip} from './RunStrip';
import {StatusLine} from './StatusLine';
import {TopBar} from './TopBar';
import {useRoom} from './useRoom';
import styles from './Frame.module.css';

/** Sizes in pixels before the user drags a divider: at 1280×800 nothing is cut. */
const FIRST_SIZE = {left: 280, right: 320} as const;
/** What stays of a side that is folded: of the bottom panel its tabs. */
const FOLDED_SIZE: Readonly<Record<Side, number>> = {left: 0, right: 0, bottom: 36};

/**
 * A study's frame: five places that never move. Dividers drag, sides collapse when they are dragged shut
 * or by their button in the status line; sizes stay with the study. Where there is no room for all, what the user
 * opened last has it (`room`).
 */
export function Frame() {
  const {store} = useDesk();
  const moved = useRef<Partial<Record<Side, number>>>({});
  const rows = useRef<HTMLDivElement>(null);
  const {room, alone} = useRoom(rows);
  const bottomTab = useDeskState((state) => state.bottomTab);
  const jobs = useDeskState((state) => state.plan.prepared?.plan.jobs.length ?? 0);
  const bottomFolded = useDeskState((state) => state.collapsed.bottom);

  /** After a drag: remembers what moved, and folds away what was dragged shut. */
  const keepSizes = (byUser: boolean) => {
    const sizes = Object.entries(moved.current) as [Side, number][];
    moved.current = {};
    if (!byUser || alone !== null) return;
    store.setState((state): Partial<DeskState> => {
      const open = sizes.filter(([side, pixels]) => pixels > FOLDED_SIZE[side] + 1);
      const folds = sizes.map(([side, pixels]) =>
        pixels > FOLDED_SIZE[side] + 1 ? unfolding : folding,
      );
      const kept = open.map(([side, pixels]): [string, string] => [
        sizeKey(side, state.bottomTab),
        String(Math.round(pixels)),
      ]);
      const choices: DeskState['choices'] = {...state.choices, ...Object.fromEntries(kept)};
      return sizes.reduce<DeskState>(
        (next, [side], index) => ({...next, ...folds[index]?.(next, side)}),
        {...state, choices},
      );
    });
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
      <div ref={rows} className={styles.rows} data-alone={alone}>
        <Group orientation="vertical" {...group}>
          <Panel id="upper" minSize={LEAST.upper} className={styles.upper} data-place="upper">
            <Group orientation="horizontal" {...group}>
              <SidePanel side="left" firstSize={FIRST_SIZE.left} onSize={onSize}>
                <LeftPanel />
              </SidePanel>
              <Separator className={styles.upright} aria-label="Width of the left list" />
              <Panel
                id="centre"
                minSize={LEAST.centre}
                className={styles.centre}
                data-place="centre"
              >
                <Centre />
              </Panel>
              <Separator className={styles.upright} aria-label="Width of the inspector" />
              <SidePanel side="right" firstSize={FIRST_SIZE.right} onSize={onSize}>
                <Inspector />
              </SidePanel>
            </Group>
          </Panel>
          <Separator className={styles.level} aria-label="Height of the bottom panel" />
          <SidePanel side="bottom" firstSize={bottomHeight(room, bottomTab, jobs)} onSize={onSize}>
            <BottomPanel />
          </SidePanel>
        </Group>
      </div>
      {bottomFolded && <RunStrip />}
      <StatusLine />
    </div>
  );
}

/** The name that a side's size is kept under; a plan wants more room than a log. */
function sizeKey(side: Side, tab: string): string {
  return side === 'bottom' && tab === 'plan' ? 'size.bottom.plan' : `size.${side}`;
}

/** A side that can be folded away; what is in it is not there while it is, but for the tabs of the bottom panel. */
function SidePanel(props: {
  readonly side: Side;
  readonly firstSize: number;
  readonly onSize: (side: Side, pixels: number) => void;
  readonly children: ReactNode;
}) {
  const {side, firstSize, onSize, children} = props;
  const panel = usePanelRef();
  const collapsed = useDeskState((state) => state.collapsed[side]);
  const kept = useDeskState((state) => Number(state.choices[sizeKey(side, state.bottomTab)] ?? 0));
  const size = kept >= LEAST[side] ? kept : firstSize;

  const fold = useEffectEvent((away: boolean) => {
    const handle = panel.current;
    if (handle === null || (away && handle.isCollapsed())) return;
    if (away) handle.collapse();
    else handle.resize(size);
  });
  // a size of its own for each tab below, and for a plan that has arrived
  useEffect(() => fold(collapsed), [collapsed, size]);

  return (
    <Panel
      id={side}
      panelRef={panel}
      className={styles.side}
      data-place={side}
      defaultSize={collapsed ? FOLDED_SIZE[side] : size}
      minSize={LEAST[side]}
      collapsible
      collapsedSize={FOLDED_SIZE[side]}
      groupResizeBehavior="preserve-pixel-size"
      onResize={(now) => onSize(side, now.inPixels)}
    >
      {(side === 'bottom' || !collapsed) && children}
    </Panel>
  );
}
