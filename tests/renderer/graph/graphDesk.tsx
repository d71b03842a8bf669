import {render, type RenderResult} from '@testing-library/react';
import type {ReactNode} from 'react';
import {vi} from 'vitest';
import type {HostApi, RequestAnswer, RequestArg} from '../../../shared/contract/contract';
import {ok} from '../../../shared/result';
import type {StudySnapshot} from '../../../shared/study';
import type {ActionStatus} from '../../../shared/status';
import {createDeskStore, DeskContext, type DeskStore} from '../../../renderer/state/deskStore';
import {foldable, graphOf} from '../../unit/groups/corpusStudies';
import {jobOf, statusOf} from '../../unit/graph/statusOf';

const MODELS = Array.from({length: 24}, (_, index) => `model_${index + 1}`);
const EDGES: readonly (readonly [string, readonly string[]])[] = [
  ['extract', []],
  ['clean', ['extract']],
  ...MODELS.map((name) => [name, ['clean']] as const),
  ['report', MODELS],
  ['flow chart', ['extract']],
];
const span = {line: 1, column: 1, endLine: 1, endColumn: 1};

/** A study of 28 actions: 24 of one script between two others. */
export function graphStudy(changes: Partial<StudySnapshot> = {}): StudySnapshot {
  const project = {
    version: 4,
    populationSize: null,
    runAll: EDGES.map(([name]) => name),
    actions: EDGES.map(([name, needs]) => ({
      ...foldable(name, ['r:v2', `analysis/${name.replace(/_\d+$/, '')}.R`]),
      needs,
      outputs: [],
      tiers: [],
      configJson: null,
      containerArgs: [],
      commandWithConfig: null,
      dummyDataFile: null,
      usesDatabase: false,
      span,
    })),
  };
  return {
    dir: '/studies/one',
    name: 'one',
    revision: 1,
    text: '',
    reading: {valid: true, acceptedByReference: true, version: 4, problems: [], project},
    project,
    graph: graphOf(EDGES),
    broken: false,
    fromBefore: false,
    unreadable: null,
    scripts: new Map(),
    ...changes,
  };
}

/** Statuses: everything up to date but one failed model. */
export function graphStatuses(): ReadonlyMap<string, ActionStatus> {
  return new Map(
    EDGES.map(([name]) => [
      name,
      statusOf(name, name === 'model_7' ? {lastJob: jobOf('nonzero_exit', {exitCode: 1})} : {}),
    ]),
  );
}

/** What a test of a component has in hand. */
export interface GraphDesk extends RenderResult {
  readonly store: DeskStore;
  /** Arguments of `app:export`, in order. */
  readonly exported: RequestArg<'app:export'>[];
}

/** Renders a component with a study open; jsdom gets the sizes it has no layout for. */
export function renderInDesk(
  component: ReactNode,
  store: DeskStore = createDeskStore({study: graphStudy(), statuses: graphStatuses()}),
): GraphDesk {
  giveSizes();
  const exported: GraphDesk['exported'] = [];
  const host: HostApi = {
    request: (name, arg) => {
      if (name === 'app:export') exported.push(arg as RequestArg<'app:export'>);
      // the components under test ask for nothing else
      return Promise.resolve(ok(null)) as RequestAnswer<typeof name>;
    },
    on: () => () => undefined,
    pathOfFile: () => '',
  };
  const view = render(<DeskContext value={{store, host}}>{component}</DeskContext>);
  return {...view, store, exported};
}

function giveSizes(): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(private readonly heard: ResizeObserverCallback) {}
      observe(target: Element): void {
        const entry = {target, contentRect: target.getBoundingClientRect(), borderBoxSize: []};
        this.heard([entry as unknown as ResizeObserverEntry], this);
      }
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal('matchMedia', () => ({
    matches: true,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  vi.stubGlobal(
    'DOMMatrixReadOnly',
    class {
      readonly m22 = 1;
    },
  );
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1000);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1000);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
}
