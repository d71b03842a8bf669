// `npm test`: installs what is missing, runs every check and test, closes with one line.
// `npm run test:long` (--long) runs the long tests instead. Node's own modules only.
import {fail} from './childProcess.mjs';
import {engineReasonVariable} from './missingParts.mjs';
import {prepareMachine} from './prepareMachine.mjs';
import {ensureBuilt} from './ready.mjs';
import {clusterNeeds} from './systemPackages.mjs';
import {benches, check, single, sum, vitest} from './testTiers.mjs';

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
  return vitest('long tests', ['long', 'browser'], {
    env: {...env, STUDY_DESK_LONG_TESTS: '1'},
    timeoutMs,
  });
}

/** Does the tasks in their order, so many at a time. */
async function inLanes(count, tasks) {
  const counts = [];
  const lane = async () => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift())
      counts.push(await task());
  };
  await Promise.all(Array.from({length: count}, lane));
  return counts;
}

/**
 * All of it, four things at a time: two cores are idle while tests wait for containers, windows and other programs. The
 * longest come first, which are those that wait; the linter needs nothing but npm's packages, and works while the machine
 * is prepared.
 */
function gate(installed, prepared) {
  const inMachine = async (title, project) => vitest(title, [project], {env: await prepared});
  return inLanes(4, [
    () => check('lint'),
    () => inMachine('window tests', 'window'),
    () => inMachine('integration tests', 'integration'),
    () => installed.then(() => vitest('process tests', ['processes'])),
    () => inMachine('engine tests', 'engines'),
    () => vitest('renderer tests', ['renderer']),
    () => inMachine('browser tests', 'browser'),
    () => installed.then(() => vitest('unit tests', ['unit', 'alone'])),
    async () => benches(await prepared),
    () => check('format'),
  ]);
}

async function main(machine) {
  await machine.modules;
  const [built, prepared] = [build(), preparation(machine)];
  const installed = Promise.all([machine.installed, built]);
  const ready = Promise.all([prepared, installed]).then(([env]) => env);
  const [first, counts] = await Promise.all([
    built,
    long ? ready.then(longTests) : gate(installed, ready),
    ready,
  ]);
  const lacking = [await machine.engine, (await machine.window).noDisplay];
  const reasons = lacking.filter((reason) => reason !== null);
  return sum([first, ...[counts].flat(), ...reasons.flatMap(missing)]);
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

/** The tests that a busy computer may have failed once, so that none hides behind its second try. */
function atSecondTry({second}) {
  if (second.length === 0) return '';
  return `Passed only at the second try, ${second.length}: ${second.join('; ')}\n`;
}

/** Prints the end and leaves at once: no open handle may keep a finished test run alive. */
async function close(machine, total) {
  await machine.undo();
  const reasons = notRun(total.reasons);
  const code = total.failed > 0 ? 1 : 0;
  process.stdout.write(`\n${reasons}${atSecondTry(total)}${closingLine(total)}\n`, () =>
    process.exit(code),
  );
}

const machine = prepareMachine(long ? clusterNeeds() : []);
try {
  await close(machine, await main(machine));
} catch (error) {
  fail(error);
  await close(machine, single(false));
}
