// The window as a program that can be started: Electron, what the system must have for it, and its arguments.
// Node's own modules only.
import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {Trouble} from './childProcess.mjs';
import {electronArguments, electronEnvironment, findElectron} from './electronRuntime.mjs';
import {root} from './ready.mjs';
import {ensureSystemPackages, windowNeeds} from './systemPackages.mjs';

/** Linux lets Electron shut its pages in only through user namespaces or a helper owned by root. */
function checkSandbox(distDir) {
  if (process.platform !== 'linux' || process.getuid() === 0) return;
  const setting = (name) => {
    const file = `/proc/sys/kernel/${name}`;
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  };
  const helper = join(distDir, 'chrome-sandbox');
  const helperServes =
    existsSync(helper) && statSync(helper).uid === 0 && (statSync(helper).mode & 0o4000) !== 0;
  const refused =
    setting('unprivileged_userns_clone') === '0' ||
    setting('apparmor_restrict_unprivileged_userns') === '1';
  if (!refused || helperServes) return;
  throw new Trouble(
    "This system does not let programs make user namespaces, which the window's security needs.\n" +
      `Allow it for this copy of Electron, once:\n  sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`,
  );
}

/**
 * The program that shows the window of this checkout: `{command, args, env}`; fetched if need be.
 * @param {string[]} args what the application is to read
 */
export async function windowProgram(args) {
  const electron = await findElectron();
  if (!(await ensureSystemPackages(await windowNeeds(electron.executable), {install: false})))
    throw new Trouble('Install them, then try again.');
  checkSandbox(electron.distDir);
  return {
    command: electron.executable,
    args: [...electronArguments(), root, ...args],
    env: electronEnvironment(electron),
  };
}
