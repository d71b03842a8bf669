// One tier of `npm test` by itself: `node build/testTier.mjs TIER [PATH…]`, TIER being types, lint, format, unit,
// renderer, integration, window or browser; paths narrow the tests of a tier, e.g. `npm run test:unit -- tests/unit/graph`.
// Like `npm test` it installs and builds what is missing first. Node's own modules only.
import {Trouble, fail} from './childProcess.mjs';
import {onMachine} from './prepareMachine.mjs';
import {ensureBuilt, ensureInstalled} from './ready.mjs';
import {check, checks, runTests} from './testTiers.mjs';

/** Tiers whose tests need an engine or a display where there is one. */
const inMachine = ['integration', 'window', 'browser'];
const inProcess = ['unit', 'renderer'];
/** The projects of a tier that has more than the one of its name. */
const projects = {unit: ['unit', 'alone'], integration: ['processes', 'integration', 'engines']};

/** The exit code of a tier. */
async function runTier(tier, paths) {
  await ensureInstalled();
  if (checks.includes(tier)) return (await check(tier)).failed;
  if (![...inProcess, ...inMachine].includes(tier))
    throw new Trouble(`Name a tier: ${[...checks, ...inProcess, ...inMachine].join(', ')}.`);
  await ensureBuilt();
  const tests = projects[tier] ?? [tier];
  return inMachine.includes(tier)
    ? onMachine((env) => runTests(tests, paths, env))
    : runTests(tests, paths);
}

const [tier, ...paths] = process.argv.slice(2);
try {
  process.exitCode = await runTier(tier, paths);
} catch (error) {
  fail(error);
}
// no open handle may keep a finished test run alive
process.exit();
