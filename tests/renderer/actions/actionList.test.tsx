import {cleanup, fireEvent, screen} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {ActionList} from '../../../renderer/actions/ActionList';
import {renderInDesk} from '../graph/graphDesk';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('ActionList', () => {
  const row = (name: RegExp) => screen.getByRole('treeitem', {name});

  it('takes a folded group whole into what is selected with Shift, and keeps what is unfolded', () => {
    const {store} = renderInDesk(<ActionList />);
    fireEvent.click(row(/^clean/));
    fireEvent.click(row(/^report/), {shiftKey: true});
    // 23 of the 24 models are up to date
    expect([...store.getState().picked]).toHaveLength(25);
    expect(row(/^model_\* ?× 23/).getAttribute('aria-selected')).toBe('true');

    const arrow = row(/^model_\* ?× 23/).querySelector('[data-fold]');
    if (arrow === null) throw new Error('There is no arrow.');
    fireEvent.click(arrow);
    cleanup();
    renderInDesk(<ActionList />, store);
    expect(row(/^model_\* ?× 23/).getAttribute('aria-expanded')).toBe('true');
  });
});
