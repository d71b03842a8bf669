import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Leftover} from '../../../shared/cleanUp';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const CONTAINER: Leftover = {
  ...{kind: 'container', id: 'c1', name: 'os-job-a', bytes: 2e6},
  why: 'Container of a finished job of this study',
  loss: null,
};
const IMAGE: Leftover = {
  ...{kind: 'image', id: 'sha256:1', name: '0123456789ab', bytes: 1e9},
  why: 'An image that this study does not need',
  loss: 'Another study has to download it again.',
};

const RECORDS = {name: 'Records of runs', path: '/s/metadata/runs', bytes: 3e6, why: 'What ran'};

describe('the clean-up', () => {
  it('shows sizes and reasons first, removes what is chosen, and tells bytes before and after', async () => {
    let leftovers: readonly Leftover[] = [CONTAINER, IMAGE];
    const {desk, host} = renderApp({}, (fake) => {
      fake.answer('cleanUp:preview', async () =>
        ok({
          leftovers,
          forGood: [RECORDS],
          engineError: null,
          leftOut: '`opensafely run` is at work in this study.',
        }),
      );
      fake.answer('cleanUp:remove', async () => {
        leftovers = [IMAGE];
        return ok({removed: [CONTAINER], kept: [], bytesBefore: 1002e6, bytesAfter: 1e9});
      });
    });
    await waitFor(() => expect(desk.store.getState().study).not.toBeNull());
    desk.store.setState({dialog: {kind: 'clean-up'}});
    const dialog = await screen.findByRole('dialog', {name: 'What is stored'});
    expect(await within(dialog).findByText(/at work in this study/)).toBeTruthy();
    const image = within(dialog).getByRole<HTMLInputElement>('checkbox', {
      name: /^0123456789ab, 1 GB/,
    });
    // where the rest lies, which no button takes
    expect(within(dialog).getByText(/Records of runs, 3 MB/).textContent).toContain(
      '/s/metadata/runs',
    );
    // something is lost with it
    expect(image.checked).toBe(false);
    fireEvent.click(image);
    expect(within(dialog).getByRole('button', {name: 'Remove 2 items, 1 GB'})).toBeTruthy();
    fireEvent.click(image);
    const {violations} = await axe.run(dialog, {rules: {'color-contrast': {enabled: false}}});
    expect(violations.filter(({impact}) => impact !== 'moderate')).toEqual([]);
    fireEvent.click(within(dialog).getByRole('button', {name: 'Remove 1 item, 2 MB'}));
    expect(await within(dialog).findByText(/1 item removed: 1 GB before, 1 GB now/)).toBeTruthy();
    expect(host.asked).toContainEqual({
      name: 'cleanUp:remove',
      arg: {leftovers: [{kind: 'container', id: 'c1'}]},
    });
  });

  it('says that nothing is left over', async () => {
    const {desk} = renderApp();
    await waitFor(() => expect(desk.store.getState().study).not.toBeNull());
    desk.store.setState({dialog: {kind: 'clean-up'}});
    expect(await screen.findByText('Nothing to clean up')).toBeTruthy();
  });
});
