import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, onTestFinished} from 'vitest';

/** A folder for the tests of a file, removed after the last of them; to be asked for at the top of the file. */
export function folderOfFile(): string {
  return removed(afterAll);
}

/** A folder for one test, removed after it and its `afterEach`; to be asked for in the test or in `beforeEach`. */
export function folderOfTest(): string {
  return removed(onTestFinished);
}

function removed(afterwards: (work: () => void) => void): string {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-test-'));
  afterwards(() => rmSync(dir, {recursive: true, force: true, maxRetries: 3}));
  return dir;
}
