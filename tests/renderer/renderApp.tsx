import {configure, render} from '@testing-library/react';
import {vi} from 'vitest';
import {App} from '../../renderer/App';
import {runCommand} from '../../renderer/commands/commands';
import {followTheme} from '../../renderer/state/settings';
import {connectHost} from '../../renderer/state/connectHost';
import {createDeskStore, DeskContext, type Desk} from '../../renderer/state/deskStore';
import {keepInStep, startDesk} from '../../renderer/state/openStudy';
import {keepPlanInStep} from '../../renderer/state/planTray';
import {createFakeHost, type FakeHost, type FakeHostOptions} from './fakes/fakeHost';
import type {FakeAction} from './fakes/fakeStudy';

// the whole window is a large page for jsdom, and other tests run beside this one
configure({asyncUtilTimeout: 15_000});
vi.setConfig({testTimeout: 60_000});

/** A small study in several states. */
export const STUDY: readonly FakeAction[] = [
  {
    name: 'generate_dataset',
    run: 'ehrql:v1 generate-dataset analysis/dataset.py',
    outputs: {highly_sensitive: ['output/dataset.csv.gz']},
  },
  {
    name: 'model_primary',
    run: 'r:v2 analysis/model.R',
    needs: ['generate_dataset'],
    outputs: {moderately_sensitive: ['output/estimates.csv']},
    provenance: {
      kind: 'out-of-date',
      reasons: [
        {
          kind: 'code',
          message: '`analysis/model.R` changed (3 lines)',
          path: 'analysis/model.R',
          changedAt: null,
        },
      ],
    },
  },
  {
    name: 'table_2',
    run: 'r:v2 analysis/table_2.R',
    needs: ['model_primary'],
    outputs: {moderately_sensitive: ['output/table_2.csv']},
    provenance: {kind: 'upstream-out-of-date', because: ['model_primary']},
  },
  {
    name: 'flowchart',
    run: 'python:v2 python analysis/flow.py',
    needs: ['generate_dataset'],
    outputs: {minimally_sensitive: ['output/flow_*.txt']},
    state: 'never',
  },
];

/** What jsdom has not, in the plainest form that behaves. */
function standIn(): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(800);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1280);
}

/** The whole window over a fake host; opened on the study unless `info` says otherwise. */
export function renderApp(
  options: Partial<FakeHostOptions> = {},
  prepare: (host: FakeHost) => void = () => undefined,
): {readonly desk: Desk; readonly host: FakeHost} {
  standIn();
  const host = createFakeHost({
    actions: STUDY,
    ...options,
    info: {initialDir: '/studies/covid-vaccine-outcomes', ...options.info},
  });
  prepare(host);
  // the graph has tests of its own, and jsdom has no layout for it
  const desk = {store: createDeskStore(), host};
  followTheme(desk);
  connectHost(desk, (command) => runCommand(desk, command));
  keepInStep(desk);
  keepPlanInStep(desk);
  void host
    .request('view:save', {json: JSON.stringify({format: 1, centre: {kind: 'table'}})})
    .then(() => startDesk(desk));
  render(
    <DeskContext value={desk}>
      <App />
    </DeskContext>,
  );
  return {desk, host};
}
