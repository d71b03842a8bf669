import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import {afterEach, expect, it} from 'vitest';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(cleanup);

it('tries an action on another image, says how its outputs differ, and offers the change', async () => {
  const {desk, host} = renderApp();
  await screen.findByRole('button', {name: 'Run 3 actions'});
  const fix = {title: 'Run `model_primary` on `r:v3`', edits: [{from: 0, to: 0, insert: 'x'}]};
  const move = {from: 'r:v2', to: 'r:v3', succeeded: true, message: 'Completed successfully'};
  const outputs = [{path: 'output/estimates.csv', words: '1 cell changed'}];
  let answer = async () => err(appError('no-engine', 'No container engine answers.'));
  host.answer('ready:moveImage', async () => answer());
  host.answer('ready:stop', async () => ok(null));
  act(() => desk.store.setState({dialog: {kind: 'move-image', action: 'model_primary'}}));
  const dialog = await screen.findByRole('dialog', {name: 'Another image for model_primary'});
  expect(dialog.textContent).toContain('Runs it on r:v2 and on the other image');
  const run = () => fireEvent.click(within(dialog).getByRole('button', {name: 'Run on both'}));
  run();
  expect(await within(dialog).findByText('No container engine answers.')).toBeTruthy();
  answer = async () => ok({...move, outputs, fix}) as never;
  fireEvent.change(within(dialog).getByLabelText('Other image'), {target: {value: ' r:v3 '}});
  run();
  expect(await within(dialog).findByText(/1 cell changed/)).toBeTruthy();
  expect(host.asked).toContainEqual({
    name: 'ready:moveImage',
    arg: {action: 'model_primary', image: 'r:v3'},
  });
  fireEvent.click(within(dialog).getByRole('button', {name: 'Change project.yaml…'}));
  await screen.findByRole('dialog', {name: 'Run model_primary on r:v3'});
  await waitFor(() =>
    expect(host.asked.some(({name}) => name === 'project:previewFix')).toBe(true),
  );
});
