import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterEach, expect, it} from 'vitest';
import {requestFor, runToEnd, USUAL} from './runToEnd';
import {openTestStudy, type TestStudy} from './studyFolders';

const run = promisify(execFile);
let opened: TestStudy;

afterEach(() => opened.close());

/** A bare repository of a reusable action, as an offline base holds it. */
async function writeAction(base: string, name: string): Promise<string> {
  const work = join(base, `${name}-work`);
  await mkdir(work, {recursive: true});
  await writeFile(join(work, 'action.yaml'), 'run: python:v2 sh tool/run.sh\n');
  await mkdir(join(work, 'tool'));
  await writeFile(
    join(work, 'tool/run.sh'),
    'set -e\ntest ! -e analysis\nmkdir -p output\ncat output/gen.csv > output/counted.csv\necho "$@" >> output/counted.csv\n',
  );
  const git = async (...args: readonly string[]) =>
    run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {cwd: work});
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message=first');
  await git('tag', 'v1.0');
  await git('clone', '--quiet', '--bare', work, join(base, `${name}.git`));
  const {stdout} = await git('rev-parse', 'HEAD');
  return stdout.trim();
}

it('runs a reusable action with its own code, the needed outputs and the user’s arguments', async () => {
  const base = await mkdtemp(join(tmpdir(), 'study-desk-actions-'));
  const commit = await writeAction(base, 'row-count');
  opened = await openTestStudy(
    {gen: {script: 'echo from-gen > output/gen.csv'}},
    {actionBase: base},
  );
  await writeFile(
    join(opened.dir, 'project.yaml'),
    `${await readFile(join(opened.dir, 'project.yaml'), 'utf8')}  counted:
    run: row-count:v1.0 --by region
    needs: [gen]
    config:
      a: 1
    outputs:
      moderately_sensitive:
        o: output/counted.csv
`,
  );
  // what it needs is looked up without the network, so that nothing comes as a surprise
  const prepared = await opened.study.plan.prepare(requestFor({actions: ['counted']}), USUAL);
  const findings = prepared.ok ? prepared.value.findings : [];
  expect(findings).toContainEqual({
    level: 'ok',
    check: 'images',
    message: 'All images are here.',
    hint: null,
  });
  expect(findings.filter(({check}) => check === 'reusable-actions')).toEqual([]);
  const {jobs} = await runToEnd(opened.study, {actions: ['counted']});
  expect(jobs.map(({action, message}) => [action, message])).toEqual([
    ['gen', 'Completed successfully'],
    ['counted', 'Completed successfully'],
  ]);
  expect(jobs[1]?.actionCommit).toBe(commit);
  expect(await readFile(join(opened.dir, 'output/counted.csv'), 'utf8')).toBe(
    'from-gen\n--by region --config {"a": 1}\n',
  );
  await rm(base, {recursive: true});
});

it('starts nothing when a reusable action cannot be found', async () => {
  opened = await openTestStudy(
    {gen: {script: 'echo x > output/gen.csv'}},
    {actionBase: '/nowhere'},
  );
  const yaml = await readFile(join(opened.dir, 'project.yaml'), 'utf8');
  await writeFile(join(opened.dir, 'project.yaml'), yaml.replace('python:v2', 'no-such:v1'));
  await expect(runToEnd(opened.study, {actions: ['gen']})).rejects.toThrow(/gen \(no-such:v1\)/u);
  expect(opened.study.runs.active()).toEqual([]);
});
