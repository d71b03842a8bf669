import type {ActionGraph} from '../../shared/graph';
import type {Project} from '../../shared/project';
import type {DeskStore} from '../state/deskStore';
import {startWorker} from './layoutWorker';
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
    void preload(store, study.project, study.graph);
  });
}

async function preload(store: DeskStore, project: Project, graph: ActionGraph): Promise<void> {
  try {
    await layOutWhole(store, foldedOf(project, graph));
  } catch {
    // the graph itself meets the same fault and says so; whoever opened the study must not
  }
}
