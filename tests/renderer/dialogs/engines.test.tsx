import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import type {EngineListing, FoundEngine} from '../../../shared/engine';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {FakeHost} from '../fakes/fakeHost';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const DOCKER: FoundEngine = {
  ...{name: 'docker', title: 'Docker Engine', address: 'unix:///var/run/docker.sock'},
  status: {
    ...{state: 'ready', name: 'Docker 26.1', platform: 'linux/amd64', engine: 'docker'},
    ...{cpus: 4, memoryBytes: 2 * 1024 ** 3},
    concern: {kind: 'memory', message: 'Docker has little memory.', hint: 'Give it more.'},
  },
  latencyMs: 2,
};

const COLIMA: FoundEngine = {
  ...{name: 'colima', title: 'Colima', address: 'unix:///users/jo/.colima/default/docker.sock'},
  status: {
    ...{state: 'down', trouble: 'stopped', message: 'Colima does not answer.'},
    ...{hint: 'Start that engine.', remedy: {kind: 'start', engine: 'colima', title: 'Colima'}},
  },
  latencyMs: null,
};

const LISTING: EngineListing = {
  engines: [DOCKER, COLIMA].map((each) => ({...each, status: {state: 'checking'}})),
  choice: {engine: null, by: 'default', variable: null},
  ...{used: 'docker', ofStudy: null},
};

/** The dialog over a computer with two engines, of which one is stopped. */
async function shown(listing = LISTING, also: (host: FakeHost) => void = () => undefined) {
  const app = renderApp({}, (fake) => {
    fake.answer('engines:list', async () => ok(listing));
    fake.answer('engines:probe', async ({engine}) =>
      ok([DOCKER, COLIMA].find(({name}) => name === engine) ?? null),
    );
    also(fake);
  });
  await waitFor(() => expect(app.desk.store.getState().study).not.toBeNull());
  app.desk.store.setState({dialog: {kind: 'engines'}});
  const dialog = await screen.findByRole('dialog', {name: 'Container engines'});
  const rows = async () => within(dialog).findAllByRole('listitem');
  return {...app, dialog, rows};
}

describe('the container engines', () => {
  it('are listed with their state, what is to be known of them and what can be done', async () => {
    const {dialog, rows, host} = await shown();
    const [docker, colima] = await rows();
    await waitFor(() => {
      expect(docker?.textContent).toContain('Docker 26.1 is ready: 4 processors, 2 GB of memory');
    });
    expect(docker?.textContent).toContain('answers in 2 ms');
    expect(docker?.textContent).toContain('In use');
    expect(docker?.textContent).toContain('Docker has little memory. Give it more.');
    expect(colima?.textContent).toContain('Colima does not answer.');
    fireEvent.click(within(dialog).getByRole('button', {name: 'Start Colima'}));
    expect(host.asked.at(-1)).toEqual({name: 'engines:start', arg: {engine: 'colima'}});
    const {violations} = await axe.run(dialog, {rules: {'color-contrast': {enabled: false}}});
    expect(violations.filter(({impact}) => impact !== 'moderate')).toEqual([]);
  });

  it('are chosen for the study, and the engine is looked at anew', async () => {
    const {dialog, rows, host} = await shown();
    await rows();
    const before = host.asked.filter(({name}) => name === 'engines:check').length;
    fireEvent.click(within(dialog).getByRole('button', {name: 'Use for this study'}));
    await waitFor(() =>
      expect(host.asked).toContainEqual({name: 'engines:choose', arg: {engine: 'colima'}}),
    );
    await waitFor(() =>
      expect(host.asked.filter(({name}) => name === 'engines:check').length).toBe(before + 1),
    );
  });

  it('are not changed under a run, which is said', async () => {
    const {dialog, rows} = await shown(LISTING, (fake) =>
      fake.answer('engines:choose', async () =>
        err(appError('study-busy', 'The engine can’t be changed while a run is under way.')),
      ),
    );
    await rows();
    fireEvent.click(within(dialog).getByRole('button', {name: 'Use for this study'}));
    expect(await within(dialog).findByText(/can’t be changed while a run/)).toBeTruthy();
  });

  it('cannot be chosen while a variable says which one is used', async () => {
    const choice = {engine: null, by: 'environment', variable: 'DOCKER_HOST'} as const;
    const {dialog, rows} = await shown({...LISTING, choice});
    await rows();
    expect(within(dialog).getByText(/^Set by DOCKER_HOST/)).toBeTruthy();
    const button = within(dialog).getByRole('button', {name: 'Use for this study'});
    expect(button.hasAttribute('disabled')).toBe(true);
  });
});
