import {useEffect, useEffectEvent, useRef, type ReactNode} from 'react';
import {
  Group,
  Panel,
  Separator,
  usePanelRef,
  type Layout,
  type LayoutChangedMeta,
} from 'react-resizable-panels';
import {goTo} from '../commands/places';
import {useDesk, useDeskState} from '../state/deskStore';
import {SIDES, folding, isReading, isShown, unfolding, type Side} from '../state/sides';
import {Inspector} from '../inspector/Inspector';
import {BottomPanel} from './BottomPanel';
import {Centre} from './Centre';
import {LeftPanel} from './LeftPanel';
import {LEAST, bottomHeight} from './frameSpace';
import {OnePlace} from './OnePlace';
import {RunNotices} from './RunNotices';
import {RunStrip} from './RunStrip';
import {StatusLine} from './StatusLine';
import {TopBar} from './TopBar';
import {Tour} from './Tour';
import {useFrameSpace} from './useFrameSpace';
import styles from './Frame.module.css';

/** Sizes in pixels before the user drags a divider: at 1280×800 nothing is cut. */
const FIRST_SIZE = {left: 280, right: 320} as const;
/** Pixels of a divider. */
const LINE = 1;
/** A share of the frame, in per cent, that is less than any drag moves. */
const LEAST_SHARE = 0.05;

/**
 * A study's frame: five places that never move. Dividers drag, sides collapse when they are dragged shut
 * or by their button in the status line; sizes stay with the study. A window with space for
 * one place alone shows them by tabs.
 */
export function Frame() {
  const {store} = useDesk();
  const shares = useRef<Layout>({});
  const rows = useRef<HTMLDivElement>(null);
  const space = useFrameSpace(rows);
  const bottomTab = useDeskState((state) => state.bottomTab);
  const jobs = useDeskState((state) => state.plan.prepared?.plan.jobs.length ?? 0);
  const bottomFolded = useDeskState((state) => !isShown(state, 'bottom'));
  const tabbed = useDeskState((state) => state.place !== null);
  const whole = useDeskState((state) => state.wholeWindow);
  const dir = useDeskState((state) => state.study?.dir);

  // letters are commands from the first on
  useEffect(() => goTo('list'), [dir]);

  /** After a drag: remembers the sides that it moved, and folds away what was dragged shut. */
  const onLayoutChanged = (layout: Layout, {isUserInteraction}: LayoutChangedMeta) => {
    const before = shares.current;
    shares.current = {...before, ...layout};
    if (!isUserInteraction) return;
    for (const side of SIDES) {
      const share = layout[side];
      // what the divider has not moved, folded or not, was not chosen by this drag
      if (share === undefined || Math.abs(share - (before[side] ?? 0)) < LEAST_SHARE) continue;
      const whole = side === 'bottom' ? space.height - LINE : space.width - 2 * LINE;
      const pixels = Math.round((share / 100) * whole);
      store.setState((state) =>
        pixels <= 1
          ? folding(state, side)
          : {
              ...unfolding(state, side),
              choices: {...state.choices, [sizeKey(side, state.bottomTab)]: String(pixels)},
            },
      );
    }
  };
  // the strips of dividers reach over its edges, and nothing may scroll it there
  const group = {disableCursor: true, style: {overflow: 'clip'}, onLayoutChanged};

  return (
    <div className={styles.frame}>
      {!whole && <TopBar />}
      {!whole && <RunNotices />}
      <div ref={rows} className={styles.rows} data-whole={whole}>
        {tabbed ? (
          <OnePlace />
        ) : (
          <Group orientation="vertical" {...group}>
            <Panel id="upper" minSize={LEAST.upper} className={styles.upper} data-place="upper">
              <Group orientation="horizontal" {...group}>
                <SidePanel side="left" firstSize={FIRST_SIZE.left}>
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
                <SidePanel side="right" firstSize={FIRST_SIZE.right}>
                  <Inspector />
                </SidePanel>
              </Group>
            </Panel>
            <Separator className={styles.level} aria-label="Height of the bottom panel" />
            <SidePanel side="bottom" firstSize={bottomHeight(space, bottomTab, jobs)}>
              <BottomPanel />
            </SidePanel>
          </Group>
        )}
      </div>
      {bottomFolded && <RunStrip />}
      {!whole && <StatusLine />}
      <Tour />
    </div>
  );
}

/** The name that a side's size is kept under; a plan wants more space than a log. */
function sizeKey(side: Side, tab: string): string {
  return side === 'bottom' && tab === 'plan' ? 'size.bottom.plan' : `size.${side}`;
}

/** A side that can be folded away; what is in it is not there while it is. */
function SidePanel(props: {
  readonly side: Side;
  readonly firstSize: number;
  readonly children: ReactNode;
}) {
  const {side, firstSize, children} = props;
  const panel = usePanelRef();
  // the details of what is read lie over it
  const collapsed = useDeskState(
    (state) => state.collapsed.has(side) || (side === 'right' && isReading(state)),
  );
  const kept = useDeskState((state) => Number(state.choices[sizeKey(side, state.bottomTab)] ?? 0));
  const size = kept >= LEAST[side] ? kept : firstSize;

  const fold = useEffectEvent((away: boolean) => {
    const handle = panel.current;
    if (handle === null || (away && handle.isCollapsed())) return;
    if (away) handle.collapse();
    else handle.resize(size);
  });
  // a size for each tab below, and for a plan that has arrived
  useEffect(() => fold(collapsed), [collapsed, size]);

  return (
    <Panel
      id={side}
      panelRef={panel}
      className={styles.side}
      data-place={side}
      defaultSize={collapsed ? 0 : size}
      minSize={LEAST[side]}
      collapsible
      collapsedSize={0}
      groupResizeBehavior="preserve-pixel-size"
      // what is in it scrolls by itself
      style={{overflow: 'hidden'}}
    >
      {!collapsed && children}
    </Panel>
  );
}
