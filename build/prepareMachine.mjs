// What tests and measurements need of the computer: packages, an engine with the test images, Electron and a display.
// Node's own modules only.
import {hasProgram, lastLines, run, say} from './childProcess.mjs';
import {ensureEngine} from './containerEngine.mjs';
import {electronEnvironment, findElectron} from './electronRuntime.mjs';
import {displayReasonVariable, engineReasonVariable} from './missingParts.mjs';
import {ensureInstalled, root} from './ready.mjs';
import {ensureSystemPackages, testNeeds, windowNeeds} from './systemPackages.mjs';
import {ensureDisplay} from './virtualDisplay.mjs';

/**
 * Begins to prepare: `modules` is done once npm's packages are there, `installed` once the system's are too; `engine`
 * answers null or the reason why there is none; `window` answers the environment for windows and null or the reason why there are
 * none; `undo` stops what was started here. `more`: system packages wanted beside those of the gate.
 */
export function prepareMachine(more = []) {
  const steps = [];
  const packages = testNeeds().then((needs) => ensureSystemPackages([...needs, ...more]));
  const modules = ensureInstalled();
  const installed = Promise.all([modules, packages]);
  // One after the other: both may install system packages.
  const electron = installed.then(prepareElectron);
  const engine = electron.then(() => prepareEngine(steps));
  const window = electron.then((found) => prepareWindow(found, steps));
  const undo = async () => {
    await Promise.allSettled([engine, window]);
    for (const step of steps.reverse()) await step();
  };
  return {modules, installed, engine, window, undo};
}

/** Does `work` on a prepared machine: it is given the environment for tests, and the reasons for what is missing. */
export async function onMachine(work) {
  const machine = prepareMachine();
  try {
    await machine.installed;
    const [noEngine, {env, noDisplay}] = await Promise.all([machine.engine, machine.window]);
    const told = noEngine === null ? {} : {[engineReasonVariable]: noEngine};
    return await work({...env, ...told}, {noEngine, noDisplay});
  } finally {
    await machine.undo();
  }
}

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

async function prepareWindow(electron, steps) {
  const display = await ensureDisplay();
  steps.push(display.stop);
  const noDisplay = electron.reason ?? display.reason;
  const told = noDisplay === null ? {} : {[displayReasonVariable]: noDisplay};
  return {env: {...electron.env, ...display.env, ...told}, noDisplay};
}

async function prepareEngine(steps) {
  const engine = await ensureEngine();
  steps.push(engine.stop);
  if (engine.reason !== null) return engine.reason;
  if (!(await hasProgram('docker')))
    return 'The docker command, which makes the test images, is missing.';
  const images = await run(process.execPath, ['build/testImages.mjs'], {
    cwd: root,
    timeoutMs: 900_000,
    onLine: say,
  });
  return images.code === 0 ? null : `The test images could not be made: ${lastLines(images, 2)}`;
}
