import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';

const windowTests = fileURLToPath(new URL('../../window/', import.meta.url));
const tests = readdirSync(windowTests)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(`${windowTests}${name}`, 'utf8'));

const calls = (name: string): number =>
  tests.reduce((sum, text) => sum + text.split(`${name}(`).length - 1, 0);

it('`npm test` takes at most twenty pictures; those of every state are taken by `npm run pictures -- --all`', () => {
  const taken = calls('keptPicture') + calls('takePicture') + calls('screenshot');
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThanOrEqual(20);
  const program = readFileSync(new URL('../../../build/test.mjs', import.meta.url), 'utf8');
  expect(program).not.toMatch(/\bpictures\b/);
});
