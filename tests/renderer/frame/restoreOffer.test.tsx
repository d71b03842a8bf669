import {act, cleanup, fireEvent, screen} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {ok} from '../../../shared/result';
import {selectAction} from '../../../renderer/state/selection';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const NONE = {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0};
const OFFER = /made from the same code/;

describe('earlier outputs that fit the code again', () => {
  it('are offered as soon as a check finds the code changed back', async () => {
    let kept: readonly string[] = [];
    const {desk} = renderApp({}, (host) =>
      host.answer('provenance:restorable', () =>
        Promise.resolve(
          ok(
            kept.map((action) => ({
              action,
              producedAt: '2026-01-01T00:00:00Z',
              outputCounts: NONE,
            })),
          ),
        ),
      ),
    );
    await screen.findByRole('tree', {name: 'Actions by state'});
    act(() => selectAction(desk.store, 'model_primary'));
    await screen.findByRole('button', {name: 'Show the change'});
    expect(screen.queryByText(OFFER)).toBeNull();

    kept = ['model_primary'];
    const before = desk.store.getState().statuses;
    const status = before.get('model_primary');
    if (status === undefined) throw new Error('The study lost its action.');
    const reasons = [
      {
        kind: 'code' as const,
        message: '`analysis/model.R` changed (1 line)',
        path: null,
        changedAt: null,
      },
    ];
    act(() =>
      desk.store.setState({
        statuses: new Map(before).set('model_primary', {
          ...status,
          provenance: {kind: 'out-of-date', reasons},
        }),
      }),
    );
    await screen.findByText(OFFER);
    fireEvent.click(screen.getByRole('button', {name: /^Restore instead of running/}));
    expect(await screen.findByRole('button', {name: 'Restore 1 action'})).toBeTruthy();
  });
});
