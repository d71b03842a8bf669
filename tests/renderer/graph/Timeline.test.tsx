import {cleanup, fireEvent, screen} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {createDeskStore} from '../../../renderer/state/deskStore';
import {Timeline} from '../../../renderer/timeline/Timeline';
import {jobOnAxis, runOnAxis, secondsAfterStart} from '../../unit/timeline/runOnAxis';
import {graphStatuses, graphStudy, renderInDesk} from './graphDesk';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const newer = runOnAxis(
  [
    jobOnAxis('extract', [], 'succeeded', 0, 10),
    jobOnAxis('clean', ['extract'], 'succeeded', 10, 15),
    jobOnAxis('flow chart', ['extract'], 'nonzero_exit', 10, 12),
  ],
  15,
);
const older = {...runOnAxis([jobOnAxis('extract', [], 'succeeded', 0, 3)], 3), id: 'older'};

function show(changes: Parameters<typeof createDeskStore>[0] = {}) {
  return renderInDesk(
    <Timeline />,
    createDeskStore({
      study: graphStudy(),
      statuses: graphStatuses(),
      runs: [newer, older],
      ...changes,
    }),
  );
}

describe('Timeline', () => {
  it('lists the newest run’s jobs by start, with the critical path', () => {
    show();
    expect(
      screen.getAllByRole('option', {name: /,/}).map((row) => row.getAttribute('aria-label')),
    ).toEqual([
      'extract, Succeeded, 10 s, on the critical path',
      'flow chart, Failed, 2 s',
      'clean, Succeeded, 5 s, on the critical path',
    ]);
    expect(screen.getByRole('status').textContent).toBe('succeeded, 15 s');
  });

  it('shows another run when it is chosen', () => {
    show();
    fireEvent.change(screen.getByRole('combobox', {name: 'Run'}), {target: {value: 'older'}});
    expect(screen.getByRole('status').textContent).toBe('succeeded, 3 s');
  });

  it('says of a run without an end how it stands, and no time left where there is none', () => {
    const told = (code: 'executing' | 'cut_off', expectedSeconds: number) => {
      vi.setSystemTime(secondsAfterStart(60));
      const [run, statuses] = [
        runOnAxis([jobOnAxis('extract', [], code, 0, null)], null),
        graphStatuses(),
      ];
      const status = statuses.get('extract');
      if (status === undefined) throw new Error('extract has a status');
      show({runs: [run], statuses: new Map([['extract', {...status, expectedSeconds}]])});
      const {textContent} = screen.getByRole('status');
      cleanup();
      return textContent;
    };
    vi.useFakeTimers({toFake: ['Date']});
    expect(told('executing', 100)).toMatch(/^running 1:00, about 40 s left, until /);
    expect(told('executing', 20)).toBe('running 1:00, longer than usual');
    expect(told('cut_off', 100)).toBe('cut off');
    vi.useRealTimers();
  });

  it('shares selection and filter', () => {
    const {store} = show({query: 'flow'});
    expect(screen.getByRole('status').textContent).toBe('succeeded, 15 s, showing 1 of 3');
    fireEvent.click(screen.getByRole('option', {name: /^flow chart/}));
    expect(store.getState().selection).toBe('flow chart');
  });

  it('says what will be here before the first run', () => {
    show({runs: []});
    expect(screen.getByText('No runs yet')).toBeTruthy();
  });
});
