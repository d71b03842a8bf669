import {spawnSync} from 'node:child_process';
import {mkdir, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {readGitState} from '../../electron/git/gitState';
import {action, withStudy, writeActions} from './benchStudy';
import {median, mustRun, secondsOf, sized, type Measurement} from './measurement';

const FILES = sized(10_000, 100);
const COMMITS = sized(5_000, 20);
/** Those that were not pushed. */
const AHEAD = 10;

/**
 * How long a look at a large repository takes: branch, commit, distance from the branch elsewhere, and changed files; and the
 * list of Changes, which says of each file what it makes out of date.
 */
export async function bench(): Promise<readonly Measurement[]> {
  return withStudy(makeRepository, async ({changes}, dir) => {
    await writeFile(join(dir, 'analysis/part_0/code_0.py'), 'x = "changed"\n');
    await writeFile(join(dir, 'analysis/part_1/new.py'), 'y = 1\n');
    const look = async (): Promise<void> => {
      const state = await readGitState(dir);
      const found = `${state?.dirtyFiles.join(' ')} ${state?.glance?.upstream?.ahead}`;
      if (found !== `analysis/part_0/code_0.py analysis/part_1/new.py ${AHEAD}`)
        throw new Error(`The look found ${JSON.stringify(state)}.`);
    };
    const list = async (): Promise<void> => {
      const listed = await changes.list();
      if (!listed.ok || listed.value?.files.length !== 2) throw new Error(JSON.stringify(listed));
    };
    const msOf = async (work: () => Promise<void>): Promise<number> =>
      (await secondsOf(work)) * 1000;
    const warmOf = async (work: () => Promise<void>): Promise<number> => {
      const warm: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const now = new Date();
        await utimes(join(dir, 'analysis/part_1/code_1.py'), now, now);
        warm.push(await msOf(work));
      }
      return median(warm);
    };
    const of = `of ${FILES} files and ${COMMITS} commits`;
    return [
      {name: `git status ${of}, cold`, measured: await msOf(look), limit: 1000, unit: 'ms'},
      {name: `git status ${of}, warm`, measured: await warmOf(look), limit: 200, unit: 'ms'},
      {name: `list of changes ${of}, first`, measured: await msOf(list), limit: 1000, unit: 'ms'},
      {name: `list of changes ${of}, warm`, measured: await warmOf(list), limit: 200, unit: 'ms'},
    ];
  });
}

async function makeRepository(dir: string): Promise<void> {
  const git = (...args: readonly string[]): Promise<string> => mustRun('git', ['-C', dir, ...args]);
  await git('init', '-q', '-b', 'main');
  for (let part = 0; part < 100; part += 1)
    await mkdir(join(dir, `analysis/part_${part}`), {recursive: true});
  for (let file = 0; file < FILES; file += 1)
    await writeFile(join(dir, `analysis/part_${file % 100}/code_${file}.py`), `x = ${file}\n`);
  await writeActions(dir, [
    action('gen', 'python analysis/part_0/code_0.py', 'output/gen.csv', []),
  ]);
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
