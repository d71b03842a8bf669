import {existsSync} from 'node:fs';
import {readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {runToEnd} from './runToEnd';
import {openTestStudy, type TestStudy} from './studyFolders';

let opened: TestStudy | null = null;

afterEach(async () => {
  await opened?.close();
  opened = null;
});

/** The value of an answer. */
function must<T>(answer: {ok: true; value: T} | {ok: false; error: {message: string}}): T {
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

describe('files of a job that are no outputs', () => {
  it('are listed and read while it works, and of an attempt that failed', async () => {
    opened = await openTestStudy({
      slow: {
        script:
          'echo half > output/a.csv; echo x > notes.txt; sleep 4; echo whole >> output/a.csv; exit 3',
        outputs: {moderately_sensitive: ['output/a.csv']},
      },
    });
    const {outputs} = opened.study;
    expect(must(await outputs.jobFiles({action: 'slow'}))).toBeNull();
    const end = runToEnd(opened.study, {actions: ['slow']});
    const listed = async () => must(await outputs.jobFiles({action: 'slow'}));
    await expect.poll(listed, {timeout: 20_000}).toEqual({
      of: 'running',
      files: [
        {path: 'notes.txt', size: 2},
        {path: 'output/a.csv', size: 5},
      ],
    });
    const copy = must(await outputs.copyJobFile({action: 'slow', path: 'output/a.csv'}));
    expect(must(await outputs.textPage({path: copy, page: 0})).text).toBe('half\n');
    expect(must(await outputs.tableSchema({path: copy, whole: true})).columns).toHaveLength(1);
    // a pattern says what may be done with it; what none knows is taken for the most sensitive
    expect((await outputs.fileOf(copy, 'export')).ok).toBe(true);
    const notes = must(await outputs.copyJobFile({action: 'slow', path: 'notes.txt'}));
    expect([
      (await outputs.fileOf(notes, 'show')).ok,
      (await outputs.fileOf(notes, 'export')).ok,
    ]).toEqual([true, false]);
    expect((await outputs.copyJobFile({action: 'slow', path: '../secret'})).ok).toBe(false);
    expect((await outputs.read('metadata/study-desk/at-work/9/output/a.csv')).ok).toBe(false);

    expect((await end).jobs[0]?.state).toBe('failed');
    expect(must(await outputs.textPage({path: copy, page: 0})).text).toBe('half\n');
    expect((await outputs.copyJobFile({action: 'slow', path: 'output/a.csv'})).ok).toBe(false);
    const kept = await listed();
    expect(kept?.files.map(({path}) => path)).toEqual(['notes.txt', 'output/a.csv']);
    const folder = kept?.of === 'failed' ? kept.in : '';
    const page = must(await outputs.textPage({path: `${folder}/output/a.csv`, page: 0}));
    expect(page.text).toBe('half\nwhole\n');
    await writeFile(join(opened.dir, 'secret.txt'), 'x');
    expect((await outputs.read(`${folder}/../../../../secret.txt`)).ok).toBe(false);
  });

  it('are found by a shell as the job left them, with its inputs, no other outputs and no network, and no run comes of it', async () => {
    const moderate = (path: string) => ({moderately_sensitive: [path]});
    opened = await openTestStudy({
      first: {script: 'echo in > output/first.csv', outputs: moderate('output/first.csv')},
      other: {script: 'echo no > output/other.csv', outputs: moderate('output/other.csv')},
      fails: {
        needs: ['first'],
        script: 'cat output/first.csv > output/half.csv; exit 3',
        outputs: moderate('output/half.csv'),
      },
    });
    const {study, dir} = opened;
    await runToEnd(study, {actions: ['first', 'other', 'fails']}, {continueOnError: true});
    const runs = () => readdir(join(dir, 'metadata/study-desk/runs'));
    const before = await runs();
    const look = async (asLeft: boolean): Promise<string> => {
      const size = {columns: 200, rows: 50};
      const {id} = must(await study.shells.open({action: 'fails', size, asLeft}));
      await study.shells.watch({id});
      void study.shells.write({
        id,
        text: 'ls output; cat /proc/net/dev; echo 1 > output/made.csv; exit\n',
      });
      await expect.poll(() => study.shells.list()[0]?.ended, {timeout: 20_000}).toBeTruthy();
      const {text} = must(await study.shells.watch({id}));
      void study.shells.close({id});
      return text;
    };
    const left = await look(true);
    expect(left).toContain('half.csv');
    expect(left).toContain('first.csv');
    expect(left).not.toContain('other.csv');
    expect(left).not.toContain('eth0');
    expect(await look(false)).not.toContain('half.csv');
    expect(await runs()).toEqual(before);
    expect(existsSync(join(dir, 'output/made.csv'))).toBe(false);
  });
});
