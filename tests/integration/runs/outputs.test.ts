import {lstat, mkdir, readFile, readdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {everyNth} from '../../gateShare';
import {runToEnd} from './runToEnd';
import {openTestStudy, type ShellAction, type TestStudy} from './studyFolders';

const open: TestStudy[] = [];

async function study(actions: Readonly<Record<string, ShellAction>>): Promise<TestStudy> {
  const opened = await openTestStudy(actions);
  open.push(opened);
  return opened;
}

afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close();
});

describe.each(
  everyNth(
    [
      ['a link to a file of the computer', 'ln -s /etc/passwd output/a.csv'],
      ['a link that leads upwards', 'ln -s ../../../etc/passwd output/a.csv'],
      ['a link by a linked folder', 'ln -s /etc etc; ln -s ../etc/passwd output/a.csv'],
      ['a link to a device', 'ln -s /dev/zero output/a.csv'],
      ['a link to nothing', 'ln -s gone.csv output/a.csv'],
      ['a link to a folder', 'mkdir -p store; echo x > store/x.txt; ln -s ../store output/a.csv'],
      ['a named pipe', 'mkfifo output/a.csv'],
    ] as const,
    3,
  ),
)('%s', (_what, script) => {
  const outputs = {highly_sensitive: ["'output/*.csv'"]};

  it('is not collected beside a file, which is, and that is said', async () => {
    const {study: opened, dir} = await study({
      a: {script: `${script}; echo x > output/b.csv`, outputs},
    });
    const {jobs} = await runToEnd(opened, {actions: ['a']});
    expect(jobs[0]).toMatchObject({
      state: 'succeeded',
      message: 'Completed successfully, but 1 file that matches was not collected',
      outputs: [{path: 'output/b.csv'}],
      notCollected: [{path: 'output/a.csv'}],
    });
    await expect(lstat(join(dir, 'output/a.csv'))).rejects.toThrow('ENOENT');
    const log = await readFile(join(dir, 'metadata/a.log'), 'utf8');
    expect(log).toContain(
      `files that match but were not collected:\n  output/a.csv  - ${jobs[0]?.notCollected[0]?.reason}\n`,
    );
    const [recorded] = await opened.runs
      .list({limit: 1})
      .then((runs) => (runs.ok ? runs.value : []));
    expect(recorded?.jobs[0]?.notCollected).toEqual(jobs[0]?.notCollected);
  });

  it('alone fails its pattern, with the reason', async () => {
    const {study: opened, dir} = await study({a: {script, outputs}});
    const {jobs, error} = await runToEnd(opened, {actions: ['a']});
    expect(error).toBeNull();
    expect(jobs[0]).toMatchObject({statusCode: 'unmatched_patterns', outputs: []});
    expect(jobs[0]?.hint).toBe(
      `output/a.csv was not collected. ${jobs[0]?.notCollected[0]?.reason}`,
    );
    await expect(lstat(join(dir, 'output/a.csv'))).rejects.toThrow('ENOENT');
  });
});

it('places what a link inside the workspace leads to as a file of its own', async () => {
  const {study: opened, dir} = await study({
    a: {
      script: 'echo x > output/run1.csv; ln -s run1.csv output/latest.csv',
      outputs: {highly_sensitive: ['output/latest.csv']},
    },
  });
  const {jobs} = await runToEnd(opened, {actions: ['a']});
  expect(jobs[0]).toMatchObject({
    message: 'Completed successfully',
    outputs: [{path: 'output/latest.csv', size: 2}],
    notCollected: [],
  });
  expect((await lstat(join(dir, 'output/latest.csv'))).isFile()).toBe(true);
  expect(await readFile(join(dir, 'output/latest.csv'), 'utf8')).toBe('x\n');
});

it('places, reads and shows outputs through an output folder that is a link of the user', async () => {
  const opened = await study({
    a: {script: 'echo x > output/a.csv'},
    b: {script: 'test "$(ls output)" = a.csv; cat output/a.csv > output/b.csv', needs: ['a']},
  });
  const elsewhere = join(opened.root, 'larger-disk');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'b.csv'), 'earlier');
  await symlink(elsewhere, join(opened.dir, 'output'));
  for (let time = 0; time < 2; time += 1) {
    const {jobs} = await runToEnd(opened.study, {actions: ['b'], forceDependencies: true});
    expect(jobs.map(({message}) => message)).toEqual([
      'Completed successfully',
      'Completed successfully',
    ]);
  }
  expect((await readdir(elsewhere)).sort()).toEqual(['a.csv', 'b.csv']);
  expect(await readFile(join(elsewhere, 'b.csv'), 'utf8')).toBe('x\n');
  expect((await lstat(join(opened.dir, 'output'))).isSymbolicLink()).toBe(true);
  const {outputs, project} = opened.study;
  expect(await outputs.list()).toMatchObject({
    value: {
      outputs: [
        {path: 'output/a.csv', present: true},
        {path: 'output/b.csv', present: true},
      ],
    },
  });
  expect(await outputs.read('output/b.csv')).toEqual({ok: true, value: {kind: 'table'}});
  expect(await project.resolveFile('output/b.csv')).toMatchObject({
    value: join(elsewhere, 'b.csv'),
  });
});

it('takes a hard link for the file it is', async () => {
  const {study: opened, dir} = await study({
    a: {script: 'echo x > output/b.txt; ln output/b.txt output/a.csv'},
  });
  const {jobs} = await runToEnd(opened, {actions: ['a']});
  expect(jobs[0]).toMatchObject({state: 'succeeded'});
  expect(await readFile(join(dir, 'output/a.csv'), 'utf8')).toBe('x\n');
});

it('counts an input that the pattern of an action covers as a match, not as its output', async () => {
  const {study: opened} = await study({
    a: {script: 'echo x > output/a.csv'},
    b: {script: 'true', needs: ['a'], outputs: {highly_sensitive: ["'output/*.csv'"]}},
    c: {script: 'true', needs: ['a'], outputs: {highly_sensitive: ["'output/*.txt'"]}},
  });
  const {jobs} = await runToEnd(opened, {actions: ['b', 'c']}, {continueOnError: true});
  expect(jobs).toMatchObject([
    {action: 'a', state: 'succeeded'},
    {action: 'b', state: 'succeeded', outputs: []},
    {action: 'c', statusCode: 'unmatched_patterns', unmatchedPatterns: ['output/*.txt']},
  ]);
});

it('collects names with line breaks and quotes, and tells of one that is not UTF-8', async () => {
  const script = [
    'mkdir -p output',
    `printf 1 > "output/a'b.csv"`,
    `printf 2 > 'output/a"b.csv'`,
    `printf 3 > "$(printf 'output/a\\nb.csv')"`,
  ];
  const {study: opened, dir} = await study({
    a: {
      script: [...script, `printf 4 > "$(printf 'output/a\\377b.csv')"`].join('\n'),
      outputs: {highly_sensitive: ["'output/*.csv'"]},
    },
  });
  const {jobs} = await runToEnd(opened, {actions: ['a']});
  expect(jobs[0]).toMatchObject({
    state: 'succeeded',
    notCollected: [{path: 'output/a\ufffdb.csv', reason: 'Its name is not UTF-8.'}],
  });
  const placed = await readdir(join(dir, 'output'));
  expect(placed.sort()).toEqual(['a\nb.csv', 'a"b.csv', "a'b.csv"]);
});

it('names the file that was produced instead of the one expected', async () => {
  const {study: opened} = await study({
    a: {script: 'echo x > output/resutls.csv', outputs: {highly_sensitive: ['output/results.csv']}},
  });
  const {jobs} = await runToEnd(opened, {actions: ['a']});
  expect(jobs[0]).toMatchObject({
    statusCode: 'unmatched_patterns',
    unmatchedPatterns: ['output/results.csv'],
    unmatchedFiles: ['output/resutls.csv'],
  });
  expect(jobs[0]?.hint).toContain('output/resutls.csv');
});

it('says which moderately sensitive files would be kept back, and why', async () => {
  const {study: opened, dir} = await study({
    a: {
      script: [
        'echo patient_id,x > output/ids.csv',
        '(echo n; seq 5001) > output/long.csv',
        'head -c 17000000 /dev/zero > output/big.txt',
        'echo ok > output/fine.csv',
      ].join('\n'),
      outputs: {
        moderately_sensitive: [
          'output/ids.csv',
          'output/long.csv',
          'output/big.txt',
          'output/fine.csv',
        ],
      },
    },
  });
  const {jobs} = await runToEnd(opened, {actions: ['a']});
  expect(jobs[0]?.state).toBe('succeeded');
  expect(jobs[0]?.message).toContain('3 moderately sensitive files');
  expect(jobs[0]?.excluded.map(({path}) => path).sort()).toEqual([
    'output/big.txt',
    'output/ids.csv',
    'output/long.csv',
  ]);
  expect(await readdir(join(dir, 'output'))).toHaveLength(4);
});
