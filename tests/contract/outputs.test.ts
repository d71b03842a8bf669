import {describe, expect, it} from 'vitest';
import {firstOf} from '../gateShare';
import {changesOf, collected, exitOf, never} from './jobOf';
import {benchOf, kinds} from './subjects';

describe.each(firstOf(kinds, 2))('outputs of the %s executor', (kind) => {
  const {run} = benchOf(kind);

  it('collects what links inside the workspace lead to, as their own content', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out/runs/1"); os.makedirs("out/deep")\n' +
        'open("out/run1.csv", "w").write("first"); open("out/runs/1/x.csv", "w").write("deep")\n' +
        'os.symlink("run1.csv", "out/latest.csv")\n' +
        'os.symlink("latest.csv", "out/chain.csv")\n' +
        'os.symlink("../../out/./chain.csv", "out/deep/long.csv")\n' +
        'os.symlink("/workspace/out/run1.csv", "out/absolute.csv")\n' +
        'os.symlink(os.path.abspath("out/run1.csv"), "out/own.csv")\n' +
        'os.symlink("../input/data.csv", "out/input.csv")\n' +
        'os.symlink("runs/1", "out/newest"); os.symlink("newest/x.csv", "out/by-folder.csv")\n',
      {'input/data.csv': 'given'},
      {patterns: ['input/*.csv'], inputs: ['input/data.csv']},
    );
    await exitOf(job);
    const {files, refused} = await changesOf(job);
    const linked = {
      'out/latest.csv': 'first',
      'out/chain.csv': 'first',
      'out/deep/long.csv': 'first',
      'out/absolute.csv': 'first',
      'out/own.csv': 'first',
      'out/input.csv': 'given',
      'out/by-folder.csv': 'deep',
      'out/newest/x.csv': 'deep',
    };
    const all = {'out/run1.csv': 'first', 'out/runs/1/x.csv': 'deep', ...linked};
    // what lies below is found, the link itself is no file
    expect(refused).toEqual({'out/newest': 'It is a link to "runs/1", a folder.'});
    expect(files).toEqual(
      Object.fromEntries(Object.entries(all).map(([name, text]) => [name, text.length])),
    );
    expect(await collected(job, Object.keys(all))).toEqual(all);
    expect(await collected(job, ['out/latest.csv'])).toEqual({'out/latest.csv': 'first'});
  });

  it('follows no link out of the workspace, wherever on the way it is', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out")\n' +
        'os.symlink("/etc", "etc"); os.symlink("../etc/passwd", "out/folder.csv")\n' +
        'os.symlink("/workspace/../etc/passwd", "out/up.csv")\n' +
        'os.symlink("../../workspace/main.py", "out/over.csv")\n' +
        'os.symlink("/workspace/etc/passwd", "out/absolute.csv")\n' +
        'os.symlink("a.csv", "out/b.csv"); os.symlink("b.csv", "out/a.csv")\n' +
        'os.symlink("gone.csv", "out/dangling.csv"); os.symlink("../main.py/x", "out/file.csv")\n' +
        'os.mkfifo("out/pipe.csv"); os.symlink("pipe.csv", "out/to-pipe.csv")\n',
    );
    await exitOf(job);
    const {files, refused} = await changesOf(job);
    expect(files).toEqual({});
    const outside = 'which is not in the workspace; copy the file instead.';
    const link = (target: string, why: string) => `It is a link to "${target}", ${why}`;
    expect(refused).toEqual({
      etc: link('/etc', outside),
      'out/folder.csv': link('../etc/passwd', outside),
      'out/up.csv': link('/workspace/../etc/passwd', outside),
      'out/over.csv': link('../../workspace/main.py', outside),
      'out/absolute.csv': link('/workspace/etc/passwd', outside),
      'out/a.csv': link('b.csv', 'which leads round in a circle.'),
      'out/b.csv': link('a.csv', 'which leads round in a circle.'),
      'out/dangling.csv': link('gone.csv', 'which does not exist.'),
      'out/file.csv': link('../main.py/x', 'which does not exist.'),
      'out/pipe.csv': 'It is a pipe, not a file.',
      'out/to-pipe.csv': link('pipe.csv', "which can't be collected: it is a pipe, not a file."),
    });
    expect(await job.collect(['out/folder.csv'], async () => undefined, never)).toMatchObject({
      ok: false,
    });
  });

  it('lists new and changed files, and refuses what is not a plain file', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out/deep/er"); os.makedirs("out/nothing")\n' +
        'open("out/a.csv", "w").write("12345")\n' +
        'open("out/deep/er/.b.csv", "w").close()\n' +
        'open("code.txt", "a").write(" more")\n' +
        'open("main.py").read(); os.remove("gone.txt")\n' +
        'os.symlink("/etc/passwd", "out/link.csv"); os.symlink("../../up", "out/up.csv")\n' +
        'os.symlink("/dev/null", "out/null.csv"); os.symlink("/etc", "out/etc")\n' +
        'os.mkfifo("out/pipe.csv")\n' +
        'open("out/line\\nbreak \'quote\' \\"two\\".csv", "w").write("x")\n' +
        'open(b"out/bad\\xff.csv", "w").write("x")\n',
      {'code.txt': 'code', 'gone.txt': 'x', 'same.txt': 'same'},
    );
    await exitOf(job);
    const {files, refused, untouched} = await changesOf(job);
    expect(untouched).toEqual(['main.py', 'same.txt']);
    expect(files).toEqual({
      'out/a.csv': 5,
      'out/deep/er/.b.csv': 0,
      'code.txt': 9,
      'out/line\nbreak \'quote\' "two".csv': 1,
    });
    const reasons = Object.entries(refused).map(([name, reason]) => `${name}: ${reason}`);
    expect(reasons.sort()).toEqual([
      'out/bad\ufffd.csv: Its name is not UTF-8.',
      'out/etc: It is a link to "/etc", which is not in the workspace; copy the file instead.',
      'out/link.csv: It is a link to "/etc/passwd", which is not in the workspace; copy the file instead.',
      'out/null.csv: It is a link to "/dev/null", which is not in the workspace; copy the file instead.',
      'out/pipe.csv: It is a pipe, not a file.',
      'out/up.csv: It is a link to "../../up", which is not in the workspace; copy the file instead.',
    ]);
  });

  it('collects few and many files whole, and each once', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out/d")\n' +
        'for i in range(500): open(f"out/d/{i}.csv", "w").write(f"number {i}")\n' +
        'open("out/empty.csv", "w").close()\n' +
        'open("out/name \\n\\"é\\".csv", "w").write("named")\n' +
        'open("out/long" + "x" * 150 + ".csv", "w").write("long")\n' +
        'os.link("out/d/7.csv", "out/hard.csv")\n',
    );
    await exitOf(job);
    const few = [
      'out/d/3.csv',
      'out/empty.csv',
      'out/name \n"é".csv',
      `out/long${'x'.repeat(150)}.csv`,
    ];
    expect(Object.keys((await changesOf(job)).files)).toHaveLength(504);
    expect(Object.values(await collected(job, few))).toHaveLength(4);
    expect(await collected(job, few)).toEqual({
      [few[0] ?? '']: 'number 3',
      [few[1] ?? '']: '',
      [few[2] ?? '']: 'named',
      [few[3] ?? '']: 'long',
    });
    const many = [...Array(500).keys()].map((i) => `out/d/${i}.csv`);
    const all = await collected(job, [...many, 'out/hard.csv', ...few.slice(1)]);
    expect(Object.keys(all)).toHaveLength(504);
    expect(many.every((name, index) => all[name] === `number ${index}`)).toBe(true);
    expect(all['out/hard.csv']).toBe('number 7');
  });

  it('says so when a file is not there or its receiver fails', async () => {
    const job = await run('open("a.csv", "w").write("x"); open("b.csv", "w").write("y")');
    await exitOf(job);
    await changesOf(job);
    const missing = await job.collect(['not.csv'], async () => undefined, never);
    expect(missing).toMatchObject({ok: false});
    const failing = await job.collect(
      ['a.csv', 'b.csv'],
      () => Promise.reject(new Error('disk full')),
      never,
    );
    expect(failing).toMatchObject({ok: false});
    const stopped = await job.collect(['a.csv'], async () => undefined, AbortSignal.abort());
    expect(stopped).toMatchObject({ok: false});
    expect(await collected(job, ['a.csv'])).toEqual({'a.csv': 'x'});
  });
});
