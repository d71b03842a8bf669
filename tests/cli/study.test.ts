import {spawn} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {folderOf, plannedFor, pythonStudy, runCli, sampleStudy, startCli, writes} from './runCli';

const folders: string[] = [];
const keep = (dir: string): string => {
  folders.push(dir);
  return dir;
};
afterAll(() => {
  for (const dir of folders) rmSync(dir, {recursive: true, force: true});
});

const PROCESS = ['--executor', 'process'];

describe('the sample study, headless', () => {
  it('runs to its end and is told by graph, plan, status, outputs and logs', async () => {
    const dir = keep(sampleStudy());
    const at = ['--project-dir', dir];
    const graph = (await runCli(['graph', '--json', ...at])).json();
    expect(graph.map(({action}) => action)).toContain('write_report');
    expect(graph.find(({action}) => action === 'generate_patients')).toMatchObject({
      rank: 0,
      needs: [],
    });

    const planned = await runCli(['plan', '--json', 'draw_region_chart', ...at]);
    expect(planned.json()).toEqual([
      {
        jobs: [
          {
            action: 'generate_patients',
            reason: 'never-run',
            neededBy: ['count_by_region'],
            waitsFor: [],
          },
          {
            action: 'count_by_region',
            reason: 'never-run',
            neededBy: ['draw_region_chart'],
            waitsFor: ['generate_patients'],
          },
          {
            action: 'draw_region_chart',
            reason: 'requested',
            neededBy: [],
            waitsFor: ['count_by_region'],
          },
        ],
        skipped: [],
      },
    ]);

    const run = await runCli(['run', 'run_all', '--json', ...PROCESS, ...at]);
    expect(run.code).toBe(0);
    // what the checks before a run warn of
    expect(run.stderr.match(/Warning: Jobs run with the programs, packages and/g)).toHaveLength(1);
    const events = run.json();
    expect(events[0]).toMatchObject({event: 'started'});
    expect(events.some(({event}) => event === 'log')).toBe(true);
    const end = events.at(-1) as {jobs: Record<string, unknown>[]}; // checked by what follows
    expect(end).toMatchObject({event: 'finished', succeeded: true});
    expect(end.jobs).toHaveLength(7);
    const [first] = end.jobs;
    expect(Object.keys(first ?? {})).toEqual([
      'action',
      'state',
      'statusCode',
      'message',
      'exitCode',
      'startedAt',
      'completedAt',
      'imageId',
      'outputs',
      'unmatchedPatterns',
      'unmatchedFiles',
      'excluded',
      'notCollected',
      'logFile',
    ]);
    expect(first).toMatchObject({
      action: 'generate_patients',
      state: 'succeeded',
      statusCode: 'succeeded',
      exitCode: 0,
      logFile: 'metadata/generate_patients.log',
      outputs: [{path: 'output/patients.csv.gz', tier: 'highly_sensitive'}],
    });

    const status = (await runCli(['status', '--json', ...at])).json();
    expect(status.map(({state}) => state)).toEqual(Array.from({length: 7}, () => 'up-to-date'));
    const outputs = (await runCli(['outputs', '--json', ...at])).json();
    expect(outputs.find(({path}) => path === 'output/summary.txt')).toMatchObject({
      tier: 'minimally_sensitive',
      action: 'write_report',
      present: true,
      orphan: false,
    });
    const log = (await runCli(['logs', 'count_by_region', '--json', ...at])).json();
    expect(log[0]).toMatchObject({seq: 0, stream: 'stdout'});

    const again = await runCli(['run', 'run_all', ...PROCESS, ...at]);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Everything is up to date');
    const outputsText = await runCli(['outputs', ...at]);
    expect(outputsText.stdout).toMatch(/^Highly sensitive\n {2}output\/patients\.csv\.gz/m);
  });
});

describe('what is out of date', () => {
  it('is named when reused, planned with --stale, and found by queries', async () => {
    const dir = keep(
      pythonStudy({
        gen: [[], writes('gen', 'a\n1\n')],
        use: [
          ['gen'],
          'text = open("output/gen.csv").read()\nopen("output/use.csv", "w").write(text)',
        ],
        other: [[], writes('other', 'b\n1\n')],
      }),
    );
    const at = ['--project-dir', dir];
    expect((await runCli(['run', 'run_all', ...PROCESS, ...at])).code).toBe(0);
    writeFileSync(
      join(dir, 'analysis/gen.py'),
      `import os\nos.makedirs("output", exist_ok=True)\n${writes('gen', 'a\n2\n')}\n`,
    );

    const reference = await runCli(['plan', 'use', '--json', ...at]);
    expect(reference.json()).toEqual([
      {
        jobs: [{action: 'use', reason: 'requested', neededBy: [], waitsFor: []}],
        skipped: [{action: 'gen', reason: 'succeeded-before'}],
      },
    ]);
    expect(reference.stderr).toContain('will be reused although not known to be up to date: gen.');

    const status = await runCli(['status', ...at]);
    expect(status.stdout).toMatch(
      /`analysis\/gen\.py` changed just now \(\d lines, first line \d\)/,
    );
    expect(status.stdout).toContain('`study-desk diff gen` shows what changed.');
    // only where it is asked for does the exit code tell states
    const codes = [[], ['--exit-code'], ['other', '--exit-code'], ['nope', '--exit-code']];
    const ends = await Promise.all(codes.map((args) => runCli(['status', ...args, ...at])));
    expect(ends.map(({code}) => code)).toEqual([0, 5, 0, 2]);
    expect(ends[2]?.stdout).not.toContain('gen');
    const diff = await runCli(['diff', 'gen', ...at]);
    expect([diff.code, diff.stdout]).toEqual([0, expect.stringMatching(/^-.*\n\+.*a\\n2/m)]);
    expect((await runCli(['diff', 'gen', '--json', ...at])).json()).toMatchObject([
      {action: 'gen', path: 'analysis/gen.py', diff: expect.any(String) as unknown},
    ]);
    expect((await runCli(['diff', 'gen', 'output/none.csv', ...at])).code).toBe(2);
    expect((await runCli(['diff', 'nope', ...at])).stderr).toContain('no action called `nope`');
    expect(await plannedFor(dir, 'stale')).toEqual(['gen', 'use']);
    expect(await plannedFor(dir, 'gen+')).toEqual(['gen', 'use']);
    expect(await plannedFor(dir, 'status:failed')).toEqual([]);

    const needed = await runCli(['run', '--stale', 'run_all', '--json', ...PROCESS, ...at]);
    expect(needed.code).toBe(0);
    expect(needed.json()[0]).toMatchObject({
      event: 'started',
      jobs: [
        {action: 'gen', reason: 'out-of-date'},
        {action: 'use', reason: 'upstream-out-of-date'},
      ],
    });
    expect((await runCli(['plan', '--stale', 'run_all', ...at])).stdout).toContain(
      'Nothing to run.',
    );
  });
});

describe('failures', () => {
  const study = (): string =>
    keep(
      pythonStudy({
        broken: [[], 'print("before the end")\nsys.exit("it is broken")'],
        after: [['broken'], writes('after', '1')],
        nothing: [[], 'open("output/elsewhere.csv", "w").write("1")'],
        fine: [[], writes('fine', '1')],
      }),
    );

  it('end with 1, show the end of the log, and say what was not run', async () => {
    const dir = study();
    const at = ['--project-dir', dir];
    const end = await runCli(['run', 'after', ...PROCESS, ...at]);
    expect(end.code).toBe(1);
    expect(end.stdout).toContain('it is broken');
    expect(end.stdout).toContain('Blocked: after');
    expect(end.stdout).toMatch(/^Failed: 1 of 2, 1 blocked$/m);
    const status = await runCli(['status', ...at]);
    expect(status.stdout).toMatch(/^broken +Failed +just now .*code 1/m);
    expect((await runCli(['status', '--exit-code', ...at])).code).toBe(1);
    expect(status.stdout).toMatch(/^after +Blocked .*broken/m);
    expect(await plannedFor(dir, 'status:blocked')).toEqual(['broken', 'after']);
    const retry = (await runCli(['plan', 'status:failed', '--json', ...at])).json();
    expect(JSON.stringify(retry)).toContain('"action":"broken","reason":"requested"');
  });

  it('of patterns name what was written instead, and others go on with --continue-on-error', async () => {
    const end = await runCli([
      'run',
      'run_all',
      '--continue-on-error',
      '--json',
      ...PROCESS,
      '--project-dir',
      study(),
    ]);
    expect(end.code).toBe(1);
    const last = end.json().at(-1) as {succeeded: boolean; jobs: Record<string, unknown>[]}; // our own shape
    expect(last.succeeded).toBe(false);
    const byName = new Map(last.jobs.map((job) => [job['action'], job]));
    expect(byName.get('nothing')).toMatchObject({
      statusCode: 'unmatched_patterns',
      unmatchedPatterns: ['output/nothing.csv'],
      unmatchedFiles: expect.arrayContaining(['output/elsewhere.csv']) as unknown,
    });
    expect(byName.get('after')).toMatchObject({state: 'blocked', statusCode: 'dependency_failed'});
    expect(byName.get('fine')).toMatchObject({state: 'succeeded'});
    expect(byName.get('broken')).toMatchObject({statusCode: 'nonzero_exit', exitCode: 1});
  });

  it('put logs into groups for GitHub, and times before lines where asked', async () => {
    const at = ['--project-dir', study()];
    const end = await runCli([
      'run',
      'broken',
      '--format-output-for-github',
      '--timestamps',
      ...PROCESS,
      ...at,
    ]);
    expect(end.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z broken: /m);
    const group = /^::group::Log of broken\n([\s\S]*?)^::endgroup::$/m.exec(end.stdout)?.[1] ?? '';
    expect(group).toContain('before the end');
  });
});

longTest('tells of a success what it left out, also later', async () => {
  const dir = keep(
    pythonStudy({
      gen: [[], `${writes('gen', '1')}; os.symlink("../analysis", "output/gen-code.csv")`],
    }),
  );
  const file = join(dir, 'project.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('output/gen.csv', "'output/gen*.csv'"));
  const at = ['--project-dir', dir];
  const run = await runCli(['run', 'gen', ...PROCESS, ...at]);
  expect(run.stdout).toMatch(
    /output\/gen-code\.csv {2}It is a link to "\.\.\/analysis", a folder\./,
  );
  expect((await runCli(['status', ...at])).stdout).toMatch(
    /^gen +Up to date .* 1 matching file not collected$/m,
  );
  expect((await runCli(['status', '--json', ...at])).json()).toMatchObject([
    {action: 'gen', state: 'up-to-date', notCollected: 1},
  ]);
});

describe('requests that cannot be carried out', () => {
  const dir = keep(
    pythonStudy({gen: [[], writes('gen', '1')], use: [['gen'], writes('use', '1')]}),
  );
  const at = ['--project-dir', dir];

  it('name the nearest action and list all, run_all first, with 2', async () => {
    for (const command of ['plan', 'run', 'logs']) {
      const end = await runCli([command, 'uze', ...at]);
      expect(end.code).toBe(2);
      expect(end.stderr).toContain('Did you mean `use`?');
      expect(end.stderr).toContain('  run_all\n  gen\n  use');
    }
    const none = await runCli(['run', ...at]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('No action was named.');
  });

  it('tell a bad query at its word', async () => {
    const end = await runCli(['plan', 'status:faild', ...at]);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain('Did you mean `failed`?');
  });

  it('answer with one JSON object too', async () => {
    const end = await runCli(['plan', 'uze', '--json', ...at]);
    expect(end.json()).toMatchObject([
      {error: {kind: 'invalid-request', hint: 'Did you mean `use`?'}},
    ]);
  });

  it('say what is wrong with options as JSON too', async () => {
    for (const [args, message] of [
      [['run', 'gen', '-c', '0'], 'Give a whole number from 1.'],
      [['bogus'], "unknown command 'bogus'"],
      [[], 'No command was named.'],
    ] as const) {
      const end = await runCli(['--json', ...args]);
      expect(end.code).toBe(2);
      expect(end.json()).toMatchObject([
        {error: {kind: 'invalid-request', message: expect.stringContaining(message) as unknown}},
      ]);
    }
  });

  it('end with 2 for an invalid project, a missing folder, and a log that is not there', async () => {
    const bad = keep(folderOf({'project.yaml': 'version: 5\nactions: []\n'}));
    for (const command of [['plan', 'run_all'], ['run', 'run_all'], ['graph'], ['status']]) {
      const end = await runCli([...command, '--project-dir', bad]);
      expect(end.code).toBe(2);
      expect(end.stderr).toContain('project.yaml');
    }
    expect((await runCli(['plan', 'a', '--project-dir', join(dir, 'nowhere')])).code).toBe(2);
    expect((await runCli(['logs', 'gen', ...at])).code).toBe(2);
  });

  it('end with 3 without an engine', async () => {
    const env = {DOCKER_HOST: 'unix:///nowhere.sock'};
    const run = await runCli(['run', 'gen', '--json', ...at], {env});
    expect(run.code).toBe(3);
    expect(run.json().at(-1)).toMatchObject({error: {kind: 'no-engine'}});
    const doctor = await runCli(['doctor', '--json', ...at], {env});
    expect(doctor.code).toBe(3);
    expect(doctor.json().find(({check}) => check === 'engine')).toMatchObject({result: 'wrong'});
  });

  it('end doctor with 0 where all is well', async () => {
    const end = await runCli(['doctor', ...PROCESS, ...at]);
    expect(end.code).toBe(0);
    expect(end.stdout).toContain('project.yaml is valid');
  });
});

describe('interruptions', () => {
  longTest('stop the jobs and end with 130, also when nothing has failed', async () => {
    const dir = keep(
      pythonStudy({
        quick: [[], writes('quick', '1')],
        slow: [['quick'], 'print("at work", flush=True)\ntime.sleep(600)'],
      }),
    );
    const call = startCli(['run', 'slow', '--json', ...PROCESS, '--project-dir', dir]);
    await call.saw('at work');
    const follow = startCli(['logs', 'slow', '-f', '--project-dir', dir]);
    await follow.saw('at work');
    expect((await runCli(['status', '--project-dir', dir])).stdout).toMatch(/^slow +Running/m);
    call.child.kill('SIGINT');
    const end = await call.end;
    expect(end.code).toBe(130);
    expect(end.json().at(-1)).toMatchObject({
      event: 'finished',
      cancelled: true,
      jobs: [
        {action: 'quick', state: 'succeeded'},
        {action: 'slow', state: 'cancelled', statusCode: 'cancelled_by_user'},
      ],
    });
    expect((await follow.end).code).toBe(0);
  });

  it('of whoever reads the output do no harm', async () => {
    const cli = fileURLToPath(new URL('../../dist/host/cli.cjs', import.meta.url));
    const dir = keep(sampleStudy());
    const child = spawn(
      'sh',
      ['-c', `'${process.execPath}' '${cli}' graph --json --project-dir '${dir}' | head -n 1`],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let printed = '';
    let complained = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
    child.stderr.on('data', (text: Buffer) => (complained += text.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(JSON.parse(printed)).toMatchObject({action: 'generate_patients'});
    expect(complained).toBe('');
  });
});
