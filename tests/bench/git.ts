import {spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, rm, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {readGitState} from '../../electron/git/gitState';
import {median, mustRun, secondsOf, sized, type Measurement} from './measurement';

const FILES = sized(10_000, 100);
const COMMITS = sized(5_000, 20);
/** Those that were not pushed. */
const AHEAD = 10;

/** How long a look at a large repository takes: branch, commit, distance from the branch elsewhere, and changed files. */
export async function bench(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-git-'));
  try {
    await makeRepository(dir);
    await writeFile(join(dir, 'analysis/part_0/code_0.py'), 'x = "changed"\n');
    await writeFile(join(dir, 'analysis/part_1/new.py'), 'y = 1\n');
    const look = async (): Promise<void> => {
      const state = await readGitState(dir);
      const found = `${state?.dirtyFiles.join(' ')} ${state?.glance?.upstream?.ahead}`;
      if (found !== `analysis/part_0/code_0.py analysis/part_1/new.py ${AHEAD}`)
        throw new Error(`The look found ${JSON.stringify(state)}.`);
    };
    const cold = (await secondsOf(look)) * 1000;
    const warm: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const now = new Date();
      await utimes(join(dir, 'analysis/part_1/code_1.py'), now, now);
      warm.push((await secondsOf(look)) * 1000);
    }
    const of = `git status of ${FILES} files and ${COMMITS} commits`;
    return [
      {name: `${of}, cold`, measured: cold, limit: 1000, unit: 'ms'},
      {name: `${of}, warm`, measured: median(warm), limit: 200, unit: 'ms'},
    ];
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

async function makeRepository(dir: string): Promise<void> {
  const git = (...args: readonly string[]): Promise<string> => mustRun('git', ['-C', dir, ...args]);
  await git('init', '-q', '-b', 'main');
  for (let part = 0; part < 100; part += 1)
    await mkdir(join(dir, `analysis/part_${part}`), {recursive: true});
  for (let file = 0; file < FILES; file += 1)
    await writeFile(join(dir, `analysis/part_${file % 100}/code_${file}.py`), `x = ${file}\n`);
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  await git('add', '.');
  await git(...who, 'commit', '-q', '-m', 'Start');
  const first = (await git('rev-parse', 'HEAD')).trim();
  await git('remote', 'add', 'origin', 'https://example.org/study.git');
  const commits = Array.from({length: COMMITS}, (_, at) => {
    const [name, text] = [`analysis/part_0/code_0.py`, `x = ${at}\n`];
    const from = at === 0 ? `from ${first}\n` : '';
    return `commit refs/heads/main\ncommitter A <a@example.org> ${4e9 + at} +0000\ndata 1\nc\n${from}M 100644 inline ${name}\ndata ${text.length}\n${text}\n`;
  });
  const made = spawnSync('git', ['-C', dir, 'fast-import', '--quiet'], {input: commits.join('')});
  if (made.status !== 0) throw new Error(made.stderr.toString());
  await git('update-ref', 'refs/remotes/origin/main', `main~${AHEAD}`);
  await git('reset', '-q', '--hard');
  // as an index is that was not written just now
  await git('status');
}
