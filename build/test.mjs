// `npm test`: installs what is missing, runs every check and test, closes with one line.
// `npm run test:long` (--long) runs the long tests instead. Node's own modules only.
import {fail, hasProgram, lastLines, run, say} from './childProcess.mjs';
import {ensureEngine} from './containerEngine.mjs';
import {electronEnvironment, findElectron} from './electronRuntime.mjs';
import {displayReasonVariable, engineReasonVariable} from './missingParts.mjs';
import {ensureBuilt, ensureInstalled, root} from './ready.mjs';
import {ensureSystemPackages, testNeeds, windowNeeds} from './systemPackages.mjs';
import {check, single, sum, vitest} from './testTiers.mjs';
import {ensureDisplay} from './virtualDisplay.mjs';

const long = process.argv.includes('--long');
const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';

/** Steps to undo at the end, newest first. */
const undo = [];

/** The Electron to test with: `{env, reason}`. */
async function prepareElectron() {
  try {
    const electron = await findElectron();
    const complete = await ensureSystemPackages(await windowNeeds(electron.executable));
    return complete
      ? {env: electronEnvironment(electron), reason: null}
      : {env: {}, reason: 'System libraries that the window needs are missing.'};
  } catch (error) {
    return {env: {}, reason: error.message};
  }
}

/** An engine with the test images: null, or the reason why there is none. */
async function prepareEngine() {
  const engine = await ensureEngine();
  undo.push(engine.stop);
  if (engine.reason !== null) return engine.reason;
  if (!(await hasProgram('docker')))
    return 'The docker command, which makes the test images, is missing.';
  say('Making the test images that are missing …');
  const images = await run(process.execPath, ['build/testImages.mjs'], {
    cwd: root,
    timeoutMs: 900_000,
    onLine: say,
  });
  return images.code === 0 ? null : `The test images could not be made: ${lastLines(images, 2)}`;
}

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
  return [
    built,
    await check('types'),
    await check('lint'),
    await check('format'),
    await vitest('unit and renderer tests', ['unit', 'renderer']),
  ];
}

/** A part that can't be had: skipped with its reason, but a failure in CI, where all must run. */
function missing(reason) {
  return inCi ? [{...single(false), reasons: [reason]}] : [];
}

async function main() {
  const packages = ensureInstalled();
  const system = testNeeds().then(ensureSystemPackages);
  await Promise.all([packages, system]);

  const electron = prepareElectron();
  const engine = electron.then(prepareEngine);
  const [first, electronFound, noEngine] = await Promise.all([checks(), electron, engine]);
  const display = await ensureDisplay();
  undo.push(display.stop);
  const noDisplay = electronFound.reason ?? display.reason;
  const env = {
    ...electronFound.env,
    ...display.env,
    ...(noEngine === null ? {} : {[engineReasonVariable]: noEngine}),
    ...(noDisplay === null ? {} : {[displayReasonVariable]: noDisplay}),
  };
  const rest = long
    ? [await vitest('long tests', ['long'], {env, timeoutMs: 6 * 3_600_000})]
    : [
        await vitest('integration tests', ['integration'], {env}),
        await vitest('window tests', ['window'], {env}),
      ];
  const lacking = [noEngine, noDisplay].filter((reason) => reason !== null);
  return sum([...first, ...rest, ...lacking.flatMap(missing)]);
}

function closingLine({passed, failed, skipped}) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Prints the end and leaves at once: no open handle may keep a finished test run alive. */
async function close(total) {
  for (const step of undo.reverse()) await step();
  const reasons = [...new Set(total.reasons)].map((reason) => `Not run: ${reason}\n`).join('');
  const code = total.failed > 0 ? 1 : 0;
  process.stdout.write(`\n${reasons}${closingLine(total)}\n`, () => process.exit(code));
}

try {
  await close(await main());
} catch (error) {
  fail(error);
  await close(single(false));
}
