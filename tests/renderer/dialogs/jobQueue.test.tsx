import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {appError} from '../../../shared/errors';
import {NO_JOB_QUEUE, type JobQueue, type QueueJob} from '../../../shared/jobQueue';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function job(action: string, more: Partial<QueueJob> = {}): QueueJob {
  const id = `${action}-7q3v`;
  return {
    ...{id, action, state: 'succeeded', code: 'succeeded', message: 'Completed successfully'},
    reference: `os-job-${id}`,
    startedAt: '2026-04-01T10:00:00Z',
    completedAt: '2026-04-01T10:01:30Z',
    ...more,
  };
}

const READY: JobQueue = {
  ...NO_JOB_QUEUE,
  settingsFile: '/etc/study-desk/serve.env',
  setup: {
    ...{backend: 'tpp', protocol: 'v2', server: 'https://jobs.example.org/api/v2/'},
    databases: ['full', 'slice'],
    high: '/srv/high',
    medium: '/srv/medium',
  },
};

const SERVED: JobQueue = {
  ...READY,
  runner: {kind: 'running', since: '2026-04-01T09:00:00Z'},
  warning: {at: '2026-04-01T10:00:00Z', text: 'back-off: unauthorised'},
  flags: [{name: 'paused', value: 'true'}],
  older: 12,
  requests: [
    {
      ...{id: 'jr0002', workspace: 'vaccines', branch: 'main', database: 'full'},
      repo: 'https://github.com/opensafely/vaccines',
      commit: '0123456789abcdef0123456789abcdef01234567',
      createdBy: 'ada\u202e',
      createdAt: '2026-04-01T09:59:00Z',
      jobs: [
        job('extract', {state: 'running', code: 'executing', completedAt: null}),
        job('model', {
          ...{state: 'pending', code: 'waiting_on_dependencies', startedAt: null},
          ...{completedAt: null, message: 'Waiting on dependencies'},
        }),
      ],
    },
    {
      ...{id: 'jr0001', workspace: 'asthma', branch: 'main', database: 'slice'},
      repo: 'https://github.com/opensafely/asthma',
      commit: 'fedcba9876543210fedcba9876543210fedcba98',
      createdBy: null,
      createdAt: null,
      jobs: [
        job('count', {
          ...{state: 'failed', code: 'nonzero_exit'},
          message: 'Job exited with an error (exit code 3) (ref os-job-count-7q3v)',
        }),
        job('table', {
          ...{state: 'failed', code: 'dependency_failed', startedAt: null},
          message: 'Not starting as a dependency failed (ref os-job-table-7q3v)',
        }),
      ],
    },
  ],
};

/** Opens the queue over a host whose queue is so; from the start page, as it belongs to no study. */
async function openQueue(queue: JobQueue) {
  const {host} = renderApp({info: {initialDir: null}}, (fake) => {
    fake.answer('jobQueue:state', async () => ok(queue));
  });
  fireEvent.click(await screen.findByRole('button', {name: 'Job queue'}));
  const dialog = await screen.findByRole('dialog', {name: 'Job queue'});
  return {host, dialog: within(dialog)};
}

async function seriousFaults(): Promise<readonly string[]> {
  const {violations} = await axe.run(document.body, {rules: {'color-contrast': {enabled: false}}});
  return violations
    .filter((fault) => fault.impact === 'serious' || fault.impact === 'critical')
    .map((fault) => `${fault.id}: ${fault.nodes[0]?.html ?? ''}`);
}

describe('the job queue', () => {
  it('is off until it is set up, and says who needs it and who does not', async () => {
    const {host, dialog} = await openQueue(NO_JOB_QUEUE);
    expect(await dialog.findByText(/You don’t need this/)).toBeTruthy();
    expect(dialog.getByText(/An institution that holds patient data/)).toBeTruthy();
    expect(dialog.queryByRole('button', {name: 'Start the runner'})).toBeNull();
    expect(await seriousFaults()).toEqual([]);
    host.answer('jobQueue:setUp', async () => ok(READY));
    host.answer('jobQueue:state', async () => ok(READY));
    fireEvent.click(dialog.getByRole('button', {name: 'Choose the settings file…'}));
    // chosen, it runs nothing before it is started
    expect(await dialog.findByText('Not running')).toBeTruthy();
    expect(dialog.getByText('https://jobs.example.org/api/v2/')).toBeTruthy();
    expect(dialog.getByText('No requests yet')).toBeTruthy();
    const running: JobQueue = {...READY, runner: SERVED.runner};
    host.answer('jobQueue:start', async () => ok(running));
    host.answer('jobQueue:state', async () => ok(running));
    fireEvent.click(dialog.getByRole('button', {name: 'Start the runner'}));
    expect(await dialog.findByText(/^Running, started/)).toBeTruthy();
    const stopped: JobQueue = {...READY, runner: {kind: 'stopping'}};
    host.answer('jobQueue:stop', async () => ok(stopped));
    host.answer('jobQueue:state', async () => ok(stopped));
    fireEvent.click(dialog.getByRole('button', {name: 'Stop the runner'}));
    expect(await dialog.findByText('Stopping…')).toBeTruthy();
  });

  it('lists requests with their jobs, states and references, and what an operator must know', async () => {
    const {dialog} = await openQueue(SERVED);
    const first = within(await dialog.findByRole('region', {name: 'Request jr0002'}));
    expect(first.getByRole('row', {name: /Running extract/})).toBeTruthy();
    expect(first.getByRole('row', {name: /Waiting model Waiting on dependencies/})).toBeTruthy();
    // a name that turns text round is shown as what it is
    expect(first.getByText(/by ada/).textContent).not.toContain('\u202e');
    const second = within(dialog.getByRole('region', {name: 'Request jr0001'}));
    const failed = second.getByRole('row', {name: /Failed count/});
    expect(within(failed).getByText('Job exited with an error (exit code 3)')).toBeTruthy();
    expect(within(failed).getByText('os-job-count-7q3v')).toBeTruthy();
    expect(second.getByRole('row', {name: /Blocked table/})).toBeTruthy();
    expect(dialog.getByText('4 jobs: 1 running, 1 waiting, 1 failed, 1 blocked')).toBeTruthy();
    expect(dialog.getByText(/12 older requests not listed here/)).toBeTruthy();
    expect(dialog.getByText(/back-off: unauthorised/)).toBeTruthy();
    expect(dialog.getByText(/paused = true/)).toBeTruthy();
    expect(await seriousFaults()).toEqual([]);
    fireEvent.click(dialog.getByRole('tab', {name: /With failures/}));
    await waitFor(() => expect(dialog.queryByRole('region', {name: 'Request jr0002'})).toBeNull());
    fireEvent.click(dialog.getByRole('tab', {name: /Under way/}));
    expect(dialog.getByRole('region', {name: 'Request jr0002'})).toBeTruthy();
  });

  it('says why settings can’t be used, and starts nothing then', async () => {
    const trouble = appError('invalid-request', 'The setting BACKEND is missing.', {
      hint: 'Add it.',
    });
    const {dialog} = await openQueue({...READY, setup: null, trouble});
    expect(await dialog.findByText('The setting BACKEND is missing.')).toBeTruthy();
    expect(dialog.getByRole('button', {name: 'Start the runner'})).toHaveProperty('disabled', true);
    expect(dialog.getByRole('button', {name: 'Turn off'})).toBeTruthy();
  });

  it('leaves a runner alone that another program has started', async () => {
    const {dialog} = await openQueue({...READY, runner: {kind: 'elsewhere'}});
    expect(await dialog.findByText('Running outside this window')).toBeTruthy();
    expect(dialog.queryByRole('button', {name: /runner$/})).toBeNull();
  });
});
