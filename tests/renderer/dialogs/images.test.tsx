import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import type {ImagePull} from '../../../shared/images';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {FakeHost} from '../fakes/fakeHost';
import {fakeImage, REGISTRY} from '../fakes/fakeImages';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const R = fakeImage('r:v2', {
  ...{present: false, id: null, sizeBytes: null, digest: null, createdAt: null},
  ...{architecture: null, neededBy: ['model_primary', 'table_2']},
});

function pullOf(state: ImagePull['state'], more: Partial<ImagePull> = {}): ImagePull {
  const {image} = R;
  const progress = {image, downloadedBytes: 3e6, totalBytes: 12e6, phase: 'downloading'} as const;
  return {image, progress, state, error: null, ...more};
}

/** The dialog over a study that needs two images, of which one is here. */
async function shown(also: (host: FakeHost) => void = () => undefined) {
  const app = renderApp({}, (fake) => {
    fake.answer('images:list', async () =>
      ok({images: [R, fakeImage('python:v2')], notYetKnown: ['cox-ipw:v1'], registry: REGISTRY}),
    );
    also(fake);
  });
  await waitFor(() => expect(app.desk.store.getState().study).not.toBeNull());
  app.desk.store.setState({dialog: {kind: 'images'}});
  const dialog = await screen.findByRole('dialog', {name: 'Images'});
  await within(dialog).findAllByRole('listitem');
  const button = (name: string) => within(dialog).getByRole('button', {name});
  return {...app, dialog, button};
}

describe('the images of a study', () => {
  it('are told with what is missing, and nobody is asked for newer ones unbidden', async () => {
    const {dialog, host} = await shown();
    const [missing, here] = within(dialog).getAllByRole('listitem');
    expect(missing?.textContent).toContain('Not downloaded');
    expect(missing?.textContent).toContain('needed by 2 actions');
    expect(here?.textContent).toContain('Installed · 588 MB');
    expect(dialog.textContent).toContain('The image of cox-ipw:v1 is known after');
    expect(host.asked.map(({name}) => name)).not.toContain('images:newest');
    const {violations} = await axe.run(dialog, {rules: {'color-contrast': {enabled: false}}});
    expect(violations.filter(({impact}) => impact !== 'moderate')).toEqual([]);
  });

  it('are downloaded with one bar in bytes, and stopped', async () => {
    const {dialog, host, button} = await shown();
    fireEvent.click(button('Download 1 missing image'));
    expect(host.asked.at(-1)).toEqual({name: 'images:pull', arg: {images: [R.image]}});
    host.emit('pulls:changed', [pullOf('under-way')]);
    const bar = await within(dialog).findByRole('progressbar', {name: 'Download of r:v2'});
    expect([bar.getAttribute('value'), bar.getAttribute('max')]).toEqual(['3000000', '12000000']);
    expect(dialog.textContent).toContain('3 MB of 12 MB');
    fireEvent.click(button('Stop'));
    expect(host.asked.at(-1)).toEqual({name: 'images:stopPull', arg: {image: R.image}});
  });

  it('say why a download failed', async () => {
    const {dialog, host} = await shown();
    const error = appError('network', 'The image registry could not be reached.');
    host.emit('pulls:changed', [pullOf('failed', {error})]);
    expect(
      await within(dialog).findByText('The image registry could not be reached.'),
    ).toBeTruthy();
  });

  it('are compared with the registry when told to', async () => {
    const {dialog, button} = await shown((fake) =>
      fake.answer('images:newest', async ({images}) =>
        ok(images.map((image) => ({image, state: 'newer', downloadBytes: 5e6}))),
      ),
    );
    fireEvent.click(button('Check for updates'));
    expect(await within(dialog).findByRole('button', {name: 'Download update'})).toBeTruthy();
  });

  it('go to a file only when all are here, and come from one', async () => {
    const {dialog, button} = await shown();
    expect(button('Save to a file…').hasAttribute('disabled')).toBe(true);
    fireEvent.click(button('Load from a file…'));
    expect(await within(dialog).findByText(/^Loaded .*python:v2/)).toBeTruthy();
  });

  it('cannot be told while the engine is down', async () => {
    const app = renderApp({}, (fake) =>
      fake.answer('images:list', async () => err(appError('no-engine', 'No engine answers.'))),
    );
    await waitFor(() => expect(app.desk.store.getState().study).not.toBeNull());
    app.desk.store.setState({dialog: {kind: 'images'}});
    const dialog = await screen.findByRole('dialog', {name: 'Images'});
    expect(await within(dialog).findByText('No engine answers.')).toBeTruthy();
  });
});
