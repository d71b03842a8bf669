import {useRef} from 'react';
import {Group, Panel, Separator, type PanelSize} from 'react-resizable-panels';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {Inspector} from '../inspector/Inspector';
import {BottomPanel} from './BottomPanel';
import {Centre} from './Centre';
import {LeftPanel} from './LeftPanel';
import {StatusLine} from './StatusLine';
import {TopBar} from './TopBar';
import styles from './Frame.module.css';

type Side = keyof DeskState['collapsed'];

/** Sizes in pixels before the user drags a divider: at 1280×800 nothing is cut (DESIGN "Frame"). */
const FIRST_SIZE: Readonly<Record<Side, number>> = {left: 280, right: 320, bottom: 232};
const LEAST_SIZE: Readonly<Record<Side, number>> = {left: 200, right: 280, bottom: 120};

/**
 * A study's frame: five places that never move. Dividers drag, sides collapse when they are dragged shut
 * or by their button in the status line; sizes stay with the study.
 */
export function Frame() {
  const {store} = useDesk();
  const collapsed = useDeskState((state) => state.collapsed);
  const sizes = useRef<Partial<Record<Side, number>>>({});

  const size = (side: Side) => {
    const saved = Number(store.getState().choices[`size.${side}`]);
    return saved >= LEAST_SIZE[side] ? saved : FIRST_SIZE[side];
  };
  const watch = (side: Side) => (now: PanelSize) => {
    sizes.current = {...sizes.current, [side]: now.inPixels};
  };
  /** After a drag: remembers what moved, and folds away what was dragged shut. */
  const settle = (byUser: boolean) => {
    if (!byUser) return;
    const moved = Object.entries(sizes.current);
    store.setState((state) => ({
      choices: {
        ...state.choices,
        ...Object.fromEntries(
          moved
            .filter(([, pixels]) => pixels > 0)
            .map(([side, pixels]) => [`size.${side}`, String(Math.round(pixels))]),
        ),
      },
      collapsed: {
        ...state.collapsed,
        ...Object.fromEntries(
          moved.filter(([, pixels]) => pixels === 0).map(([side]) => [side, true]),
        ),
      },
    }));
    sizes.current = {};
  };
  const side = (name: Side, className: string | undefined) => ({
    id: name,
    className,
    defaultSize: size(name),
    minSize: LEAST_SIZE[name],
    collapsible: true,
    groupResizeBehavior: 'preserve-pixel-size' as const,
    onResize: watch(name),
  });

  return (
    <div className={styles.frame}>
      <TopBar />
      <Group
        orientation="vertical"
        className={styles.rows}
        disableCursor
        onLayoutChanged={(_layout, meta) => settle(meta.isUserInteraction)}
      >
        <Panel id="upper" minSize={200} className={styles.upper}>
          <Group
            orientation="horizontal"
            disableCursor
            onLayoutChanged={(_layout, meta) => settle(meta.isUserInteraction)}
          >
            {!collapsed.left && (
              <>
                <Panel {...side('left', styles.side)}>
                  <LeftPanel />
                </Panel>
                <Separator className={styles.upright} aria-label="Width of the left list" />
              </>
            )}
            <Panel id="centre" minSize={320} className={styles.centre}>
              <Centre />
            </Panel>
            {!collapsed.right && (
              <>
                <Separator className={styles.upright} aria-label="Width of the inspector" />
                <Panel {...side('right', styles.side)}>
                  <Inspector />
                </Panel>
              </>
            )}
          </Group>
        </Panel>
        {!collapsed.bottom && (
          <>
            <Separator className={styles.level} aria-label="Height of the bottom panel" />
            <Panel {...side('bottom', styles.side)}>
              <BottomPanel />
            </Panel>
          </>
        )}
      </Group>
      <StatusLine />
    </div>
  );
}
