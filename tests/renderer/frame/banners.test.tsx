import {act, cleanup, fireEvent, screen, waitFor} from '@testing-library/react';
import {afterEach, expect, it, vi} from 'vitest';
import {appError} from '../../../shared/errors';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('gives the path of what no program could open, and names what to set', async () => {
  const {desk} = renderApp();
  await screen.findByRole('button', {name: 'Run 3 actions'});
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator), {clipboard: {writeText}}));
  const path = '/study/analysis/model.R';
  const more = {hint: 'Set the editor in Settings.', path};
  act(() => desk.store.setState({error: appError('not-found', 'No editor was found.', more)}));
  const banner = screen.getByRole('alert');
  expect(banner.textContent).toContain('Set the editor in Settings.');
  fireEvent.click(screen.getByRole('button', {name: 'Copy path'}));
  await waitFor(() => expect(writeText).toHaveBeenCalledWith(path));
  fireEvent.click(screen.getByRole('button', {name: 'Dismiss'}));
  expect(screen.queryByRole('alert')).toBeNull();
});

it('names the studies that run in other windows, with the way there', async () => {
  const {desk, host} = renderApp();
  await screen.findByRole('button', {name: 'Run 3 actions'});
  host.answer('app:openWindow', async () => ok(null));
  const runs = ['one', 'two', 'three'].map((name) => ({dir: `/s/${name}`, name, share: 0.256}));
  act(() => host.emit('runs:elsewhere', runs));
  fireEvent.click(await screen.findByRole('button', {name: 'one: 25 %'}));
  await waitFor(() =>
    expect(host.asked.at(-1)).toEqual({name: 'app:openWindow', arg: {dir: '/s/one'}}),
  );
  expect(screen.getByText('and 1 more')).toBeTruthy();
  act(() => desk.store.setState({runsElsewhere: []}));
  expect(screen.queryByText(/25 %/)).toBeNull();
});

it('shows how far the checks before release are, and nothing of those that have ended', async () => {
  const {desk, host} = renderApp();
  await screen.findByRole('button', {name: 'Run 3 actions'});
  act(() =>
    desk.store.setState({
      bottomTab: 'checks',
      collapsed: new Set(),
      checkProgress: {done: 0, total: 0},
    }),
  );
  await screen.findByText('Checking…');
  act(() => host.emit('check:progress', {done: 3, total: 8}));
  await screen.findByText('Checking 3 of 8 files');
  act(() => desk.store.setState({checkProgress: null}));
  act(() => host.emit('check:progress', {done: 8, total: 8}));
  await act(() => new Promise((resolve) => setTimeout(resolve, 200)));
  expect(desk.store.getState().checkProgress).toBeNull();
});
