import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {RunningTool} from '../../../shared/tools';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const LAB: RunningTool = {
  ...{id: 'c1', tool: 'jupyter', name: 'os-jupyter-study', image: 'registry/python:v2'},
  ...{address: 'http://127.0.0.1:8888/', startedAt: '2026-04-01T10:00:00.000Z'},
};

async function openTools(renderWith: Parameters<typeof renderApp>[1]) {
  const {desk, host} = renderApp({}, renderWith);
  await waitFor(() => expect(desk.store.getState().study).not.toBeNull());
  desk.store.setState({dialog: {kind: 'tools'}});
  return {host, dialog: await screen.findByRole('dialog', {name: 'JupyterLab and RStudio'})};
}

describe('JupyterLab and RStudio', () => {
  it('are launched, listed with where they answer, opened and stopped', async () => {
    let running: readonly RunningTool[] = [];
    const {host, dialog} = await openTools((fake) => {
      fake.answer('tools:running', async () => ok(running));
      fake.answer('tools:launch', async () => {
        running = [LAB];
        return ok({tool: LAB, wasRunning: false, answers: false});
      });
      fake.answer('tools:stop', async () => {
        running = [];
        return ok(null);
      });
    });
    const lab = await within(dialog).findByRole('listitem', {name: 'JupyterLab'});
    expect(within(dialog).getByText(/RStudio has no password/)).toBeTruthy();
    expect(within(dialog).getByText(/has network access and no memory/)).toBeTruthy();
    const {violations} = await axe.run(dialog, {rules: {'color-contrast': {enabled: false}}});
    expect(violations.filter(({impact}) => impact !== 'moderate')).toEqual([]);

    fireEvent.click(within(lab).getByRole('button', {name: 'Launch JupyterLab'}));
    expect(await within(lab).findByText('http://127.0.0.1:8888/')).toBeTruthy();
    expect(within(lab).getByText(/Not ready yet/)).toBeTruthy();
    fireEvent.click(within(lab).getByRole('button', {name: 'Open JupyterLab'}));
    fireEvent.click(within(lab).getByRole('button', {name: 'Stop JupyterLab'}));
    expect(await within(lab).findByRole('button', {name: 'Launch JupyterLab'})).toBeTruthy();
    expect(host.asked).toContainEqual({name: 'tools:open', arg: {id: 'c1'}});
  });

  it('say why they could not be launched', async () => {
    const {dialog} = await openTools((fake) => {
      fake.answer('tools:launch', async () =>
        err(appError('invalid-request', 'The container engine seems to be on another computer.')),
      );
    });
    fireEvent.click(await within(dialog).findByRole('button', {name: 'Launch RStudio'}));
    expect(await within(dialog).findByText(/seems to be on another computer/)).toBeTruthy();
  });
});
