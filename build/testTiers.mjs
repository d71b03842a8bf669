// The parts of `npm test`: each answers `{passed, failed, skipped, reasons, second}`. Node's own modules only.
import {chmodSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {run} from './childProcess.mjs';
import {root} from './ready.mjs';

const none = {passed: 0, failed: 0, skipped: 0, reasons: [], second: []};

/** Adds counts up. */
export function sum(counts) {
  return counts.reduce(
    (total, each) => ({
      passed: total.passed + each.passed,
      failed: total.failed + each.failed,
      skipped: total.skipped + each.skipped,
      reasons: [...total.reasons, ...each.reasons],
      second: [...total.second, ...each.second],
    }),
    none,
  );
}

/** One check that holds or not. */
export function single(passed) {
  return {...none, [passed ? 'passed' : 'failed']: 1};
}

/** Programs of node_modules are started through Node: their `.bin` links differ between systems. */
const programs = {
  types: ['typescript/bin/tsc', '-b'],
  lint: ['../build/lint.mjs'],
  format: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
};

/** The checks that need no test to be run. */
export const checks = Object.keys(programs);

async function inModules([program, ...args], options) {
  return run(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    ...options,
  });
}

function heading(title, startedAt, ok) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  return `\n=== ${title}: ${ok ? 'ok' : 'FAILED'} (${seconds} s)\n`;
}

/** Types, lint or format; counts as one. What it has to say is printed when it fails. */
export async function check(name) {
  const startedAt = Date.now();
  const result = await inModules(programs[name], {timeoutMs: 600_000});
  const ok = result.code === 0;
  process.stdout.write(heading(name, startedAt, ok));
  if (!ok) process.stdout.write(`${result.stdout}${result.stderr}\n`);
  return single(ok);
}

const chosen = (projects) => projects.flatMap((project) => ['--project', project]);

/** Every bench in its small form; counts as one. */
export async function benches(env) {
  const startedAt = Date.now();
  const args = [join(root, 'build/bench.mjs'), '--small'];
  const result = await run(process.execPath, args, {cwd: root, env, timeoutMs: 600_000});
  process.stdout.write(heading('benches', startedAt, result.code === 0));
  if (result.code !== 0) process.stdout.write(`${result.stdout}${result.stderr}\n`);
  return single(result.code === 0);
}

/** Runs the tests of these projects, those below `paths` if any, with its output as it comes; answers the exit code. */
export async function runTests(projects, paths, env = {}) {
  const args = ['vitest/vitest.mjs', 'run', '--config', 'build/vitest.config.mjs'];
  const {code} = await inModules([...args, ...chosen(projects), ...paths], {
    env,
    show: true,
    timeoutMs: Infinity,
  });
  return code ?? 1;
}

/**
 * Runs vitest projects and counts their tests. A run that ends without a count, or ill without a failed test,
 * counts as one failure.
 */
export async function vitest(title, projects, {env = {}, timeoutMs = 2_700_000} = {}) {
  const startedAt = Date.now();
  // temporary files of these tests, apart from those of others; short, for the paths of sockets
  const folder = mkdtempSync(join(tmpdir(), 'sd-'));
  // as the system's: tests act as other users too
  chmodSync(folder, 0o1777);
  const countFile = join(folder, 'count.json');
  try {
    const result = await inModules(
      [
        'vitest/vitest.mjs',
        'run',
        '--config',
        'build/vitest.config.mjs',
        '--reporter=default',
        '--reporter=./build/countReporter.mjs',
        ...chosen(projects),
      ],
      {
        env: {...env, STUDY_DESK_COUNT_FILE: countFile, NO_COLOR: '1', TMPDIR: folder},
        timeoutMs,
      },
    );
    const count = readCount(countFile) ?? single(false);
    if (result.code !== 0 && count.failed === 0) count.failed = 1;
    process.stdout.write(heading(title, startedAt, count.failed === 0));
    process.stdout.write(`${result.stdout}${result.stderr}`);
    if (result.timedOut) process.stdout.write(`Ended: ${title} took too long.\n`);
    return count;
  } finally {
    rmSync(folder, {recursive: true, force: true, maxRetries: 3});
  }
}

function readCount(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
