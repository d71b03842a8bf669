// `npm test`: installs what is missing, runs every check and test, closes with one line.
// `npm run test:long` (--long) runs the long tests instead. Node's own modules only.
import {fail} from './childProcess.mjs';
import {engineReasonVariable} from './missingParts.mjs';
import {prepareMachine} from './prepareMachine.mjs';
import {ensureBuilt} from './ready.mjs';
import {check, single, sum, vitest} from './testTiers.mjs';

const long = process.argv.includes('--long');
const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';

async function build() {
  try {
    await ensureBuilt();
    return single(true);
  } catch (error) {
    process.stdout.write(`\n=== build: FAILED\n${error.message}\n`);
    return single(false);
  }
}

/** Everything that needs neither engine nor display: while the images are made. */
async function checks() {
  const built = await build();
  if (long) return [built];
  return [built, await check('types'), await vitest('unit tests', ['unit'])];
}

/** What needs a processor alone, beside tests that mostly wait for an engine. */
async function besideEngine() {
  return [await check('lint'), await check('format'), await vitest('renderer tests', ['renderer'])];
}

/** A part that can't be had: skipped with its reason, but a failure in CI, where all must run. */
function missing(reason) {
  return inCi ? [{...single(false), reasons: [reason]}] : [];
}

async function main(machine) {
  await machine.installed;
  const [first, noEngine, {env, noDisplay}] = await Promise.all([
    checks(),
    machine.engine,
    machine.window,
  ]);
  const all = {...env, ...(noEngine === null ? {} : {[engineReasonVariable]: noEngine})};
  const rest = long
    ? [
        await vitest('long tests', ['long'], {
          env: {...all, STUDY_DESK_LONG_TESTS: '1'},
          timeoutMs: 6 * 3_600_000,
        }),
      ]
    : [
        ...(await Promise.all([
          besideEngine(),
          vitest('integration tests', ['integration'], {env: all}),
        ])),
        await vitest('window tests', ['window'], {env: all}),
      ].flat();
  const lacking = [noEngine, noDisplay].filter((reason) => reason !== null);
  return sum([...first, ...rest, ...lacking.flatMap(missing)]);
}

function closingLine({passed, failed, skipped}) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** One line for each reason, with how many tests it keeps from running. */
function notRun(reasons) {
  const counts = new Map();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `Not run, ${count}: ${reason}\n`).join('');
}

/** Prints the end and leaves at once: no open handle may keep a finished test run alive. */
async function close(machine, total) {
  await machine.undo();
  const reasons = notRun(total.reasons);
  const code = total.failed > 0 ? 1 : 0;
  process.stdout.write(`\n${reasons}${closingLine(total)}\n`, () => process.exit(code));
}

const machine = prepareMachine();
try {
  await close(machine, await main(machine));
} catch (error) {
  fail(error);
  await close(machine, single(false));
}
