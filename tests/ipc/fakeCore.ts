import {ok} from '../../shared/result';
import type {StudySnapshot} from '../../shared/study';
import type {Core} from '../../electron/core/core';
import type {Study} from '../../electron/core/study';
import type {StudyEvent} from '../../electron/core/studyState';
import {standIn, type Prepared} from '../standIn';

/** A study that answers what a test prepared. */
export interface FakeStudy extends Study {
  emit(event: StudyEvent): void;
  setActiveRuns(runIds: readonly string[]): void;
  isClosed(): boolean;
}

/** What a test prepared of a study's facets. */
export type FakeFacets = {
  readonly [F in keyof Study as Study[F] extends object ? F : never]?: Prepared<Study[F]>;
};

/** An empty study in `dir`, with nothing under way. */
export function fakeStudy(dir: string, facets: FakeFacets = {}): FakeStudy {
  const listeners = new Set<(event: StudyEvent) => void>();
  let activeRuns: readonly string[] = [];
  let closed = false;
  const all: FakeFacets = {
    ...facets,
    project: {snapshot: () => emptySnapshot(dir), ...facets.project},
    runs: {active: () => activeRuns, queue: () => [], ...facets.runs},
    tools: {known: () => [], ...facets.tools},
  };
  const prepared = Object.fromEntries(
    Object.entries(all).map(([name, facet]) => [name, standIn<object>(`study.${name}`, facet)]),
  );
  return standIn<FakeStudy>('study', {
    ...prepared,
    dir,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
    },
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    setActiveRuns: (runIds) => {
      activeRuns = runIds;
    },
    isClosed: () => closed,
  });
}

/** A core that opens fake studies and keeps them for the test to look at. */
export function fakeCore(
  open: (dir: string) => FakeStudy = fakeStudy,
  prepared: Prepared<Core> = {},
): {readonly core: Core; readonly opened: readonly FakeStudy[]} {
  const opened: FakeStudy[] = [];
  const core = standIn<Core>('core', {
    async openStudy(dir) {
      const study = open(dir);
      opened.push(study);
      return ok(study);
    },
    isSample: async (dir) => dir.endsWith('sample'),
    ...prepared,
  });
  return {core, opened};
}

const emptySnapshot = (dir: string): StudySnapshot => ({
  dir,
  name: 'study',
  revision: 1,
  text: null,
  reading: {valid: false, acceptedByReference: false, version: null, problems: [], project: null},
  project: null,
  graph: null,
  broken: false,
  fromBefore: false,
  unreadable: null,
  scripts: new Map(),
});
