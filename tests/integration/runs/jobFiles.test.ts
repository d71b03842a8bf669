import {writeFile} from 'node:fs/promises';
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
});
