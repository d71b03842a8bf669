import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {copiedCommand, type CopiedRun} from '../../../shared/copiedCommand';
import type {RunRequest} from '../../../shared/plan';
import {DEFAULT_RUN_OPTIONS, type RunOptions} from '../../../shared/run';

const request: RunRequest = {
  actions: ['fit'],
  forceDependencies: false,
  includeStale: false,
  force: [],
  takeOut: [],
};

function run(changes: Partial<RunRequest> = {}, options: Partial<RunOptions> = {}): CopiedRun {
  return {
    dir: '/s',
    request: {...request, ...changes},
    options: {...DEFAULT_RUN_OPTIONS, ...options},
    planned: ['extract', 'fit'],
  };
}

const heavy = {limits: {memoryBytes: 512 * 1024 ** 2, cpus: 1.5}, concurrency: 4};
const own: Partial<RunOptions> = {executor: 'process', pull: false, continueOnError: true};

it.each([
  [run(), 'run fit', 'run fit'],
  [run({actions: ['run_all']}), 'run run_all', 'run run_all'],
  // the other program would reuse what is out of date: what the plan runs is named
  [run({includeStale: true}), 'run fit --stale', 'run extract fit'],
  [run({force: ['draw']}), 'run fit draw', 'run extract fit'],
  [
    run({forceDependencies: true}),
    'run fit --force-run-dependencies',
    'run fit --force-run-dependencies',
  ],
  [
    run({}, heavy),
    'run fit --concurrency 4 --memory 512m --cpus 1.5',
    'run fit --concurrency 4 --memory 512m --cpus 2',
  ],
  [
    run({}, own),
    'run fit --continue-on-error --executor process --no-pull',
    'run fit --continue-on-error',
  ],
])('%j is copied as commands', (copied, ours, theirs) => {
  // the usual number of processors is said by saying nothing
  const usual = (text: string) => text.replace(' --cpus 2', '');
  expect(copiedCommand('study-desk', copied).text).toBe(`study-desk ${ours} --project-dir /s`);
  expect(usual(copiedCommand('opensafely', copied).text)).toBe(
    `opensafely ${usual(theirs)} --project-dir /s`,
  );
});

it('says what a command can’t do as the plan does', () => {
  expect(copiedCommand('study-desk', run()).differs).toBeNull();
  expect(copiedCommand('study-desk', run({takeOut: ['extract']})).differs).toContain('extract');
  const ofCommit = {...run(), commit: '1a2b3c4'};
  expect(copiedCommand('study-desk', ofCommit).text).toContain(' --commit 1a2b3c4 ');
  expect(copiedCommand('opensafely', ofCommit).differs).toContain('as it is now');
  const unplanned = {...run({includeStale: true}), planned: null};
  expect(copiedCommand('opensafely', unplanned).differs).toContain('out of date');
  expect(copiedCommand('opensafely', run({}, own)).differs).toContain('containers');
});

it('is quoted so that the shell gives each word as it was', () => {
  fc.assert(
    fc.property(fc.string({unit: 'grapheme-ascii', maxLength: 12}), (name) => {
      const dir = `/s/${name.replaceAll('\0', '')}`;
      const {text} = copiedCommand('opensafely', {...run(), dir});
      const script = `opensafely() { printf '%s\\0' "$@"; }; ${text}`;
      const words = execFileSync('sh', ['-c', script], {encoding: 'utf8'}).split('\0');
      expect(words).toEqual(['run', 'fit', '--project-dir', dir, '']);
    }),
    {numRuns: 40},
  );
  const windows = {...run(), dir: String.raw`C:\Users\O'Brien\my study`};
  expect(copiedCommand('opensafely', windows).text).toBe(
    String.raw`opensafely run fit --project-dir 'C:\Users\O''Brien\my study'`,
  );
});
