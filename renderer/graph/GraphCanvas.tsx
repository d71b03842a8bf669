import {useStoreApi} from '@xyflow/react';
import {useEffect, useRef} from 'react';
import {useDesk} from '../state/deskStore';
import {useFault} from '../ui/ErrorBoundary';
import {edgePaths, paintGraph, type Scene} from './paintGraph';
import type {Palette} from './palette';
import styles from './GraphView.module.css';

/**
 * The layer under the nodes: ground, edges and the cells of unfolded groups, redrawn when the view moves, in the same
 * frame as the nodes, when the scene changes or, once a frame at most while a group is unfolded, when a state changes.
 */
export function GraphCanvas({scene, palette}: {readonly scene: Scene; readonly palette: Palette}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  const {store} = useDesk();
  const fail = useFault();

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    const paths = edgePaths(scene.edges);
    let frame = 0;
    let ended = false;
    const draw = (): void => {
      frame = 0;
      const {width, height, transform} = flow.getState();
      const ratio = window.devicePixelRatio;
      const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== pixelWidth || element.height !== pixelHeight) {
        element.width = pixelWidth;
        element.height = pixelHeight;
      }
      const [x, y, zoom] = transform;
      paintGraph(context, scene, paths, {x, y, zoom}, {width, height, ratio}, palette);
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(drawSafely);
    };
    const drawSafely = (): void => {
      try {
        draw();
      } catch (fault) {
        fail(fault);
      }
    };
    let moving = false;
    draw();
    const undo = [
      flow.subscribe((now, before) => {
        const moved = now.transform !== before.transform;
        if (!moved && now.width === before.width && now.height === before.height) return;
        if (moving) return;
        moving = true;
        // with React, which moves the nodes; the next frame would be one too late
        queueMicrotask(() => {
          moving = false;
          if (!ended) drawSafely();
        });
      }),
      store.subscribe((now, before) => {
        if (scene.boxes.length > 0 && now.statuses !== before.statuses) schedule();
      }),
    ];
    return () => {
      ended = true;
      cancelAnimationFrame(frame);
      undo.forEach((end) => end());
    };
  }, [flow, store, scene, palette, fail]);

  return <canvas ref={canvas} className={styles.canvas} aria-hidden="true" />;
}
