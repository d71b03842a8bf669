import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {runCommand} from '../../../renderer/commands/commands';
import {ok} from '../../../shared/result';
import {renderApp, STUDY} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const button = (name: string | RegExp) => screen.findByRole('button', {name});
const tick = (name: string) => screen.findByRole('checkbox', {name});
const askedFor = (host: ReturnType<typeof renderApp>['host'], name: string) =>
  host.asked.filter((request) => request.name === name).map((request) => request.arg);

describe('running a study from the window', () => {
  it('says on the main button how many actions need to run', async () => {
    renderApp();
    expect(await button('Run 3 actions')).toBeTruthy();
  });

  it('shows the plan with reasons before anything runs', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    const jobs = await screen.findByRole('group', {name: 'Jobs in order'});
    await waitFor(() => expect(within(jobs).getAllByRole('listitem')).toHaveLength(3));
    expect(jobs.textContent).toContain('analysis/model.R changed (3 lines)');
    expect(jobs.textContent).toContain('never run');
    expect(screen.getByText(/would skip 2 of these:/)).toBeTruthy();
    expect(screen.getByText('1 image to download first, 1.2 GB')).toBeTruthy();
    expect(screen.getByText('2 files will be replaced')).toBeTruthy();
    expect(screen.getByText(/2 jobs with 4 GB each are more than the 6 GB/)).toBeTruthy();
    expect(askedFor(host, 'runs:start')).toEqual([]);
  });

  it('has no column that says nothing of any job, and tells each reason where the keyboard comes to', async () => {
    const heads = () => ['replaces', 'takes'].map((head) => screen.queryByText(head) !== null);
    renderApp();
    fireEvent.click(await button('Run 3 actions'));
    await tick('Run flowchart');
    expect(heads()).toEqual([true, true]);
    cleanup();
    const provenance = {kind: 'never-run'} as const;
    renderApp({actions: STUDY.map((action) => ({...action, state: 'never', provenance}))});
    fireEvent.click(await button(/^Run (all )?4/));
    await tick('Run flowchart');
    expect(heads()).toEqual([false, false]);
    const jobs = screen.getByRole('group', {name: 'Jobs in order'});
    const row = within(jobs).getByRole('button', {name: 'flowchart'});
    expect(row.getAttribute('data-tip')).toBe('flowchart: never run');
  });

  it('puts the keyboard on the plan’s Run button', async () => {
    renderApp();
    fireEvent.click(await button('Run 3 actions'));
    const run = await button('Run 3 jobs');
    await waitFor(() => expect(document.activeElement).toBe(run));
  });

  it('excludes an action from the plan and includes it again', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await tick('Run flowchart'));
    expect(await button('Run 2 jobs')).toBeTruthy();
    expect(askedFor(host, 'plan:prepare').at(-1)).toMatchObject({
      request: {takeOut: ['flowchart']},
    });
    fireEvent.click(await button('Include flowchart'));
    expect(await button('Run 3 jobs')).toBeTruthy();
  });

  it('lists like jobs below one heading, which excludes and includes all of them', async () => {
    const models = Array.from({length: 10}, (_, index) => `model_${index}`);
    const {host} = renderApp({
      actions: [
        {name: 'flowchart', run: 'python:v2 python analysis/flow.py', state: 'never'},
        ...models.map((name) => ({name, run: 'r:v2 analysis/fit.R', state: 'never'}) as const),
      ],
    });
    fireEvent.click(await button(/^Run (all )?11/));
    const jobs = await screen.findByRole('group', {name: 'Jobs in order'});
    const rows = () => within(jobs).getAllByRole('listitem');
    await waitFor(() => expect(rows()).toHaveLength(2));
    const heading = within(jobs).getByRole('button', {name: 'model_* × 10'});
    expect(heading.getAttribute('data-tip')).toBe('model_*: 10 similar actions: never run');

    // what is unfolded stays so while the plan is worked out anew
    fireEvent.click(heading);
    expect(rows()).toHaveLength(12);
    fireEvent.click(await tick('Run model_3'));
    expect(await button('Run 10 jobs')).toBeTruthy();
    // `opensafely run` would run it, so that it stands below what runs here
    expect(rows().at(-1)?.textContent).toContain('not in this plan: excluded by you');
    expect(heading.getAttribute('aria-expanded')).toBe('true');
    expect(within(jobs).getByRole('button', {name: 'model_4'})).toBeTruthy();

    const all = await tick('Run all 9 of model_*');
    expect((all as HTMLInputElement).checked).toBe(true);
    fireEvent.click(all);
    expect(await button('Run 1 job')).toBeTruthy();
    const takenOut = () => {
      const {request} = askedFor(host, 'plan:prepare').at(-1) as {
        readonly request: {readonly takeOut: readonly string[]};
      };
      return [...request.takeOut].sort();
    };
    expect(takenOut()).toEqual(models);
    const putIn = await tick('Run all 10 of model_*');
    expect(rows().map((row) => row.contains(putIn))).toEqual([false, true]);
    fireEvent.click(await button('Include model_* × 10'));
    expect(await button('Run 11 jobs')).toBeTruthy();
    expect(takenOut()).toEqual([]);
  });

  it('takes a number of jobs at a time that fits better, for this study, and plans anew with it', async () => {
    const {host} = renderApp({}, (fake) =>
      fake.find([
        {
          ...{level: 'ok', check: 'concurrency', hint: null, concurrency: 8},
          message: '8 at a time fit in the engine’s 24 GB and 8 processors.',
        },
      ]),
    );
    fireEvent.click(await button('Run 3 actions'));
    expect(await screen.findByText(/8 at a time fit/)).toBeTruthy();
    fireEvent.click(await button('Run 8 jobs at a time'));
    await waitFor(() =>
      expect(askedFor(host, 'plan:prepare').at(-1)).toMatchObject({options: {concurrency: 8}}),
    );
    expect(askedFor(host, 'settings:saveOwn')).toEqual([{settings: {concurrency: 8}}]);
  });

  it('works the plan out again when the study changes, without taking the keyboard', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    await button('Run 3 jobs');
    const elsewhere = screen.getByRole('tab', {name: /^Outputs/});
    elsewhere.focus();
    act(() => void host.request('provenance:mark', {action: 'model_primary', reason: 'comments'}));
    expect(await screen.findByRole('button', {name: 'Run 2 jobs'}, {timeout: 3000})).toBeTruthy();
    expect(document.activeElement).toBe(elsewhere);
  });

  it('does not run what a check blocks', async () => {
    renderApp({}, (host) =>
      host.find([{level: 'block', check: 'engine', message: 'Docker is down.', hint: 'Start it.'}]),
    );
    fireEvent.click(await button('Run 3 actions'));
    expect((await button('Run 3 jobs')).hasAttribute('disabled')).toBe(true);
    expect(screen.getByText('Docker is down.')).toBeTruthy();
    expect(screen.getByRole('img', {name: 'Stops the run'})).toBeTruthy();
  });

  it('offers to leave out what can’t start, with what needs it, and runs the rest', async () => {
    const {host} = renderApp(
      {
        actions: STUDY.map((action) =>
          action.name === 'model_primary'
            ? {...action, run: 'stata-mp:latest analysis/m.do'}
            : action,
        ),
      },
      (fake) =>
        fake.find([
          {level: 'block', check: 'stata-licence', message: 'No Stata licence.', hint: null},
        ]),
    );
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Exclude 1 Stata job and 1 that needs it'));
    await waitFor(() => {
      const asked = host.asked.filter(({name}) => name === 'plan:prepare').at(-1)?.arg;
      expect(asked).toMatchObject({request: {takeOut: ['model_primary', 'table_2']}});
    });
    expect(await button('Include table_2')).toBeTruthy();
    expect(await button('Run 1 job')).toBeTruthy();
  });

  it('exports the actions of the plan for Snakemake, and says where they are', async () => {
    const exported = {
      ...{path: '/there', actions: ['model_primary', 'table_2'], images: [], notTried: []},
      ...{needsStataLicence: false, dummyData: []},
    };
    const {host} = renderApp({}, (fake) =>
      fake.answer('plan:exportSnakemake', async () => ok(exported)),
    );
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Export…'));
    fireEvent.click(await screen.findByRole('menuitem', {name: 'For Snakemake on Slurm…'}));
    expect(await screen.findByText(/^2 actions were exported to \/there\./)).toBeTruthy();
    expect(askedFor(host, 'plan:exportSnakemake')).toEqual([
      {actions: ['model_primary', 'table_2', 'flowchart'], profile: 'slurm'},
    ]);
  });

  it('copies a plan, and what is selected, as commands', async () => {
    const writeText = vi.fn(async (_text: string) => undefined);
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), {clipboard: {writeText}}));
    const {desk} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    await button('Run 3 jobs');
    fireEvent.click(await button('Export…'));
    fireEvent.click(await screen.findByRole('menuitem', {name: 'Copy as opensafely run'}));
    act(() => void runCommand(desk, 'copy-plan'));
    const dir = desk.store.getState().study?.dir;
    expect(writeText.mock.calls.flat()).toEqual([
      `opensafely run model_primary table_2 flowchart --project-dir ${dir}`,
      expect.stringMatching(/^study-desk run .* --stale --project-dir /),
    ]);
  });

  it('runs, follows the log live, and ends up to date', async () => {
    const {host, desk} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    expect(await button('Stop 3 jobs')).toBeTruthy();
    act(() => host.run.start('model_primary'));
    expect(await screen.findByRole('tab', {name: 'Log · model_primary'})).toBeTruthy();
    await waitFor(() => expect(desk.store.getState().log.jobId).toBe('run1-model_primary'));
    act(() => host.run.log('model_primary', ['Reading', 'matched 20,000 of 100,000']));
    expect(await screen.findByText('matched 20,000 of 100,000')).toBeTruthy();
    act(() => {
      for (const action of ['model_primary', 'table_2', 'flowchart'])
        host.run.end(action, 'succeeded');
      host.run.finish();
    });
    expect(await button('All up to date')).toBeTruthy();
  });

  it('shows a failed job’s message, and offers to continue', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    await button('Stop 3 jobs');
    act(() => {
      host.run.start('model_primary');
      host.run.end('model_primary', 'failed', 'The job ran out of memory (limit 4 GB)');
      host.run.end('table_2', 'failed', 'Not run: model_primary failed');
      host.run.end('flowchart', 'succeeded');
      host.run.finish();
    });
    fireEvent.click(await screen.findByRole('treeitem', {name: /^model_primary ?Failed/}));
    // why stands over the log alone, and the details lead there
    const details = screen.getByRole('complementary', {name: 'Details'});
    fireEvent.click(within(details).getByRole('button', {name: 'Show why'}));
    const why = await screen.findByRole('region', {name: 'Why it failed'});
    expect(why.textContent).toContain('The job ran out of memory (limit 4 GB)');
    expect(screen.getAllByText(/ran out of memory \(limit 4 GB\)/)).toHaveLength(1);

    fireEvent.click(await button('More ways to run'));
    fireEvent.click(screen.getByRole('menuitem', {name: 'Continue (2 jobs)'}));
    await waitFor(() =>
      expect(askedFor(host, 'plan:prepare').at(-1)).toMatchObject({
        request: {actions: ['model_primary', 'table_2'], includeStale: true},
      }),
    );
  });

  it('keeps going after a failure where that is ticked in the plan, and remembers it', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    const keep = await screen.findByRole('checkbox', {name: 'Keep going after a failure'});
    expect(keep).toHaveProperty('checked', false);
    fireEvent.click(keep);
    fireEvent.click(await button('Run 3 jobs'));
    await button('Stop 3 jobs');
    expect(askedFor(host, 'settings:saveOwn')).toEqual([{settings: {continueOnError: true}}]);
    expect(askedFor(host, 'plan:prepare').at(-1)).toMatchObject({options: {continueOnError: true}});
  });

  it('changes how the run goes on, and says what is to be said of that', async () => {
    const {desk, host} = renderApp({}, (fake) =>
      fake.answer('runs:adjust', async () => ok('3 jobs may take 24 GB of memory.')),
    );
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    await waitFor(() => expect(desk.store.getState().activeRunId).not.toBeNull());
    const runId = desk.store.getState().activeRunId ?? '';
    act(() => desk.store.setState({dialog: {kind: 'run-share'}}));
    const dialog = await screen.findByRole('dialog', {name: 'Adjust the run'});
    const many = within(dialog).getByRole('textbox', {name: 'Jobs at a time'});
    fireEvent.change(many, {target: {value: 'many'}});
    const go = within(dialog).getByRole<HTMLButtonElement>('button', {name: 'Apply'});
    expect(go.disabled).toBe(true);
    fireEvent.change(many, {target: {value: '3'}});
    fireEvent.change(within(dialog).getByRole('textbox', {name: 'Memory for a job'}), {
      target: {value: '8G'},
    });
    fireEvent.click(go);
    expect(await within(dialog).findByText(/3 jobs may take 24 GB of memory/)).toBeTruthy();
    const limits = {memoryBytes: 8 * 1024 ** 3, cpus: 2};
    expect(askedFor(host, 'runs:adjust')).toEqual([{runId, share: {concurrency: 3, limits}}]);
    const {options} = desk.store.getState().runs[0] ?? {};
    if (options === undefined) throw new Error('No run is told.');
    act(() =>
      host.emit('run:event', {event: 'options', runId, options: {...options, concurrency: 3}}),
    );
    await waitFor(() => expect(desk.store.getState().runs[0]?.options.concurrency).toBe(3));
  });

  it('stops with the full stop, and never with Escape', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    await button('Stop 3 jobs');
    fireEvent.keyDown(document.body, {key: 'Escape'});
    expect(askedFor(host, 'runs:cancel')).toEqual([]);
    fireEvent.keyDown(document.body, {key: '.'});
    // a key that stops jobs asks first
    const asked = within(await screen.findByRole('dialog', {name: 'Stop 3 jobs?'}));
    fireEvent.click(asked.getByRole('button', {name: 'Stop 3 jobs'}));
    await waitFor(() =>
      expect(askedFor(host, 'runs:cancel')).toEqual([{runId: 'run1', action: null}]),
    );
    expect(await screen.findByRole('treeitem', {name: /^flowchart ?Cancelled/})).toBeTruthy();
  });
});
