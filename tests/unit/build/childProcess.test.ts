import {describe, expect, it} from 'vitest';
import {run} from '../../../build/childProcess.mjs';

const node = process.execPath;

describe('a program that is run', () => {
  it('answers its exit code and what it printed, line by line as it comes', async () => {
    const lines: string[] = [];
    const result = await run(
      node,
      ['-e', 'console.log("a\\nb"); console.error("c"); process.exit(3)'],
      {onLine: (line) => lines.push(line)},
    );
    expect(result).toEqual({code: 3, stdout: 'a\nb\n', stderr: 'c\n', timedOut: false});
    expect(lines.sort()).toEqual(['a', 'b', 'c']);
  });

  it('that is not there is an answer, not a fault', async () => {
    const result = await run('no-such-program-anywhere', []);
    expect(result.code).toBeNull();
    expect(result.stderr).toMatch(/ENOENT/);
  });

  it.skipIf(process.platform === 'win32')(
    'is ended at its time limit, together with what it has started',
    async () => {
      // the second program holds the first one's output open: an answer means that both are gone
      const script = `
        const {spawn} = require('node:child_process');
        const stay = 'setInterval(() => {}, 1000)';
        spawn(process.execPath, ['-e', stay], {stdio: 'inherit'});
        eval(stay);
      `;
      const result = await run(node, ['-e', script], {timeoutMs: 1000});
      expect(result).toMatchObject({timedOut: true, code: null});
    },
  );
});
