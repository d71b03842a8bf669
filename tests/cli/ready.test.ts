import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {plant, READY, remove, studyOf} from '../integration/ready/readyStudies';
import {runCli} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const studies: ReturnType<typeof studyOf>[] = [];
afterAll(() => studies.forEach(remove));

/** Every file of a folder, the repository's own too, with its content and its time. */
function everything(dir: string): readonly string[] {
  return readdirSync(dir, {recursive: true, encoding: 'utf8'})
    .sort()
    .map((path) => {
      const stats = statSync(join(dir, path));
      const content = stats.isFile()
        ? createHash('sha256')
            .update(readFileSync(join(dir, path)))
            .digest('hex')
        : '';
      return `${path} ${stats.mtimeMs} ${content}`;
    });
}

describe('ready', () => {
  it('gives a finding a line, with all parts in their order, and ends with 1', async () => {
    const study = plant({rule: '', names: '', later: {'notes.md': 'x'}});
    studies.push(study);
    const end = await runCli(['ready', '--quick', '--json', '--project-dir', study.dir]);
    expect(end.stdout).toBe(
      `${JSON.stringify({
        rule: 'R-UNTRACKED',
        severity: 'warning',
        path: 'notes.md',
        line: null,
        action: null,
        message: 'notes.md is not committed. The server has only what is committed and pushed.',
        fix: 'Commit the file, delete it, or have git ignore it.',
      })}\n`,
    );
    expect(end.code).toBe(1);
    const unknown = await runCli(['ready', 'nope', '--quick', '--project-dir', study.dir]);
    expect(unknown.code).toBe(2);
  });

  it('needs an engine unless it only looks, and a valid project.yaml before that', async () => {
    const study = studyOf(READY);
    studies.push(study);
    const env = {DOCKER_HOST: 'unix:///nowhere/docker.sock'};
    const at = ['--project-dir', study.dir];
    const before = everything(study.dir);
    const looked = await runCli(['ready', '--quick', '--json', ...at], {env});
    expect([looked.stdout, looked.code]).toEqual(['', 0]);
    expect((await runCli(['ready', '--json', ...at], {env})).code).toBe(3);
    expect(everything(study.dir)).toEqual(before);
    const broken = plant({
      rule: '',
      names: '',
      committed: {'project.yaml': 'version: 5\nactions: 3\n'},
    });
    studies.push(broken);
    const invalid = await runCli(['ready', '--json', '--project-dir', broken.dir], {env});
    expect(invalid.json()).toMatchObject([{rule: 'E-ACTIONS-TYPE', path: 'project.yaml', line: 2}]);
    expect(invalid.code).toBe(1);
  });
});

describe.skipIf(noEngine)('ready, with a run from the commit', () => {
  beforeAll(() => ensureTestImages(), 900_000);

  it('changes nothing in a study, and finds what no look can', async () => {
    const study = studyOf(READY);
    const hidden = plant({
      rule: '',
      names: '',
      committed: {
        '.gitignore': '/output/*\n/metadata/*\n*.bin\n',
        'analysis/count_people.py': `import os
os.makedirs("output", exist_ok=True)
name = bytes([${[...Buffer.from('data/weights.bin')].join(', ')}]).decode()
open("output/counts.csv", "w").write(open(name).read())
`,
      },
      later: {'data/weights.bin': 'a\n1\n'},
    });
    studies.push(study, hidden);
    const before = everything(study.dir);
    const ready = await runCli(['ready', '--json', '--project-dir', study.dir]);
    expect([ready.stdout, ready.code]).toEqual(['', 0]);
    expect(everything(study.dir)).toEqual(before);
    const found = await runCli(['ready', 'count_people', '--json', '--project-dir', hidden.dir]);
    expect(found.code).toBe(1);
    expect(found.json().map(({rule, action}) => [rule, action])).toEqual([
      ['R-FAILS', 'count_people'],
    ]);
    expect(found.json()[0]?.['message']).toContain('data/weights.bin');
    expect(found.json()[0]?.['fix']).toBe('Commit data/weights.bin.');
  }, 120_000);
});
