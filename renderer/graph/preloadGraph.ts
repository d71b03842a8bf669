import type {DeskStore} from '../state/deskStore';
import {startWorker} from './layoutCache';
import {foldedOf, layOutWhole} from './studyLayout';

/**
 * Gets the graph ready ahead of its first look: the worker while the host still reads the study, the
 * layout while the frame around it is drawn.
 */
export function preloadGraph(store: DeskStore): void {
  startWorker();
  store.subscribe(({study}, before) => {
    if (study === before.study || study === null) return;
    if (study.project === null || study.graph === null) return;
    void layOutWhole(store, foldedOf(study.project, study.graph));
  });
}
