import {act, cleanup, screen} from '@testing-library/react';
import {afterEach, expect, it, vi} from 'vitest';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('compares versions once, whatever else of the window changes', async () => {
  let compared = 0;
  const {desk} = renderApp({}, (host) => {
    host.answer('outputs:versions', async () =>
      ok(
        ['r2', 'r1'].map((runId) => ({
          runId,
          producedAt: '2026-01-01T00:00:00Z',
          action: 'model_primary',
          tier: 'moderately_sensitive' as const,
          size: 1,
          sha256: runId,
          kept: true,
        })),
      ),
    );
    host.answer('outputs:compare', async ({old}) => {
      expect(old).toEqual({kind: 'run', runId: 'r1'});
      compared += 1;
      return ok({kind: 'same'});
    });
  });
  await screen.findByRole('tree', {name: 'Actions by state'});
  act(() =>
    desk.store.setState({
      centre: {kind: 'output', path: 'output/estimates.csv', view: 'compare'},
    }),
  );
  await screen.findByText('Nothing changed');
  const {git} = desk.store.getState();
  act(() =>
    desk.store.setState({
      git: git === null ? {branch: 'main', commit: 'abc', dirtyFiles: []} : null,
    }),
  );
  await act(async () => Promise.resolve());
  expect(screen.getByText('Nothing changed')).toBeTruthy();
  expect(compared).toBe(1);
});
