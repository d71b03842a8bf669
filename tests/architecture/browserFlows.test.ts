import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {GATE_FILES, IN_GATE} from '../../build/browserFlows.mjs';
import {NOT_IN_BROWSER} from '../window/inBrowser';

const folder = 'tests/window';

it('what is tried in a browser, and what a browser can’t do, are tests of the window', () => {
  const text = (path: string): string => readFileSync(path, 'utf8');
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => text(join(folder, name)))
    .join('');
  const inGate = GATE_FILES.map(text).join('');
  expect(Object.keys(NOT_IN_BROWSER).filter((name) => !all.includes(`'${name}'`))).toEqual([]);
  expect([...IN_GATE].filter((name) => !inGate.includes(`it('${name}'`))).toEqual([]);
  expect(IN_GATE.size).toBeGreaterThanOrEqual(10);
});
