import {act, cleanup, fireEvent, screen, waitFor} from '@testing-library/react';
import {afterEach, expect, it, vi} from 'vitest';
import {appError} from '../../../shared/errors';
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
