import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {runCommand} from '../../../renderer/commands/commands';
import {FAKE_SETTINGS} from '../fakes/fakeHost';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Opens them at the section of runs. */
async function openSettings(options: Parameters<typeof renderApp>[0] = {}) {
  const {desk, host} = renderApp(options);
  await screen.findByRole('tree', {name: 'Actions by state'});
  act(() => void runCommand(desk, 'settings'));
  const dialog = within(await screen.findByRole('dialog', {name: 'Settings'}));
  fireEvent.click(dialog.getByRole('tab', {name: 'Runs'}));
  return {host, dialog};
}

describe('the settings', () => {
  it('are found by any word of them, flag and variable too', async () => {
    const {dialog} = await openSettings();
    const search = dialog.getByRole('searchbox', {name: 'Search'});
    const labels = () => dialog.getAllByRole('textbox').map((box) => box.getAttribute('id'));
    const all = labels().length;
    fireEvent.change(search, {target: {value: '--memory'}});
    expect(dialog.getByLabelText('Memory for a job')).toBeTruthy();
    expect(dialog.queryByLabelText('Jobs at a time')).toBeNull();
    fireEvent.change(search, {target: {value: 'STUDY_DESK_CONCURRENCY'}});
    expect(dialog.getByLabelText('Jobs at a time')).toBeTruthy();
    fireEvent.change(search, {target: {value: 'colour of the moon'}});
    expect(dialog.getByText('No matches')).toBeTruthy();
    fireEvent.change(search, {target: {value: ''}});
    expect(labels()).toHaveLength(all);
  });

  it('of one study stand over those of all, which is said, and are taken back', async () => {
    const {host, dialog} = await openSettings();
    fireEvent.click(dialog.getByRole('tab', {name: /^This study/}));
    expect(dialog.queryByLabelText('Theme')).toBeNull();
    const box = dialog.getByLabelText('Jobs at a time');
    fireEvent.change(box, {target: {value: '5'}});
    fireEvent.blur(box);
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'settings:saveOwn')?.arg).toEqual({
        settings: {concurrency: 5},
      }),
    );
    expect(dialog.getByText('Set for this study')).toBeTruthy();
    // only what was changed is marked
    dialog.getByRole('tab', {name: 'Runs 1 changed'});
    const marked = document.querySelectorAll('[data-changed="true"]');
    expect([...marked].map((row) => row.getAttribute('data-setting'))).toEqual(['concurrency']);
    fireEvent.click(dialog.getByRole('tab', {name: 'All studies'}));
    expect(dialog.getByText('Overridden by this study’s own setting: 5')).toBeTruthy();
    fireEvent.click(dialog.getByRole('tab', {name: /^This study/}));
    fireEvent.click(dialog.getByRole('button', {name: 'Reset Jobs at a time'}));
    await waitFor(() => expect(dialog.queryByText('Set for this study')).toBeNull());
  });

  it('say what the environment decides, and what could not be understood', async () => {
    const {dialog} = await openSettings({
      info: {
        settings: {
          ...FAKE_SETTINGS,
          environment: {memoryBytes: 1024 ** 3},
          faults: ['STUDY_DESK_CPUS is "x"'],
        },
      },
    });
    expect(dialog.getByText('Overridden by the environment’s STUDY_DESK_MEMORY: 1G')).toBeTruthy();
    expect(dialog.getByText('STUDY_DESK_CPUS is "x"')).toBeTruthy();
  });

  it('keep what is typed while it can’t be, and save none of it', async () => {
    const {host, dialog} = await openSettings();
    const box = dialog.getByLabelText('Jobs at a time');
    fireEvent.change(box, {target: {value: '900'}});
    fireEvent.blur(box);
    expect(dialog.getByText('A whole number from 1 to 64')).toBeTruthy();
    expect(host.asked.some(({name}) => name === 'app:saveSettings')).toBe(false);
  });
});
