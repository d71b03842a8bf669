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

/** What computes all the time, one after the other. */
async function computing() {
  return [
    await check('types'),
    await vitest('unit tests', ['unit', 'alone']),
    await check('lint'),
    await vitest('renderer tests', ['renderer']),
    await check('format'),
  ];
}

/** The tests of the command line, while engine and display are prepared; then those of the window. */
async function startingProcesses(prepared) {
  return [
    await vitest('process tests', ['processes']),
    await vitest('window tests', ['window'], {env: await prepared}),
  ];
}

/** A part that can't be had: skipped with its reason, but a failure in CI, where all must run. */
function missing(reason) {
  return inCi ? [{...single(false), reasons: [reason]}] : [];
}

/** The environment of tests, once engine and display are there, or the reasons why they are not. */
async function preparation(machine) {
  const [noEngine, {env}] = await Promise.all([machine.engine, machine.window]);
  return noEngine === null ? env : {...env, [engineReasonVariable]: noEngine};
}

async function longTests(env) {
  const timeoutMs = 6 * 3_600_000;
  return vitest('long tests', ['long'], {env: {...env, STUDY_DESK_LONG_TESTS: '1'}, timeoutMs});
}

/** Three lanes at a time: two cores are idle while tests wait for containers and windows. */
function lanes(building, prepared) {
  const all = Promise.all([prepared, building]).then(([env]) => env);
  if (long) return [building, all.then(longTests)];
  return [
    building,
    building.then(computing),
    building.then(() => startingProcesses(prepared)),
    all.then((env) => vitest('integration tests', ['integration'], {env})),
  ];
}

async function main(machine) {
  await machine.installed;
  const counts = await Promise.all(lanes(build(), preparation(machine)));
  const lacking = [await machine.engine, (await machine.window).noDisplay];
  const reasons = lacking.filter((reason) => reason !== null);
  return sum([...counts.flat(), ...reasons.flatMap(missing)]);
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
