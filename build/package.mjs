// `npm run package`: an unpacked application in release/.
// `npm run package -- --installers` makes the installers of this system (AppImage and deb, dmg, or nsis) for release;
// that takes Electron itself: the development copy is never released.
import {cp, mkdir, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {Trouble, fail, say} from './childProcess.mjs';
import {findElectron} from './electronRuntime.mjs';
import {ensureBuilt, ensureInstalled, root} from './ready.mjs';

const {values} = parseArgs({options: {installers: {type: 'boolean', default: false}}});
const release = join(root, 'release');
const notice = 'NOT FOR RELEASE.txt';

/** Electron's files without the app that the development copy starts by default. */
async function stageElectron(electron) {
  const staged = join(release, 'electron');
  await rm(staged, {recursive: true, force: true});
  await mkdir(staged, {recursive: true});
  for (const name of await readdir(electron.distDir))
    if (name !== 'resources')
      await cp(join(electron.distDir, name), join(staged, name), {recursive: true});
  await mkdir(join(staged, 'resources'));
  return staged;
}

/** What electron-builder makes for this system without installers. */
function unpackedFolder() {
  if (process.platform === 'darwin') return `mac${process.arch === 'arm64' ? '-arm64' : ''}`;
  const system = process.platform === 'win32' ? 'win' : 'linux';
  return `${system}${process.arch === 'x64' ? '' : `-${process.arch}`}-unpacked`;
}

async function makePackage() {
  const electron = await findElectron();
  if (values.installers && electron.developmentCopy)
    throw new Trouble(
      `Only the Electron ${electron.version} copy for development is here, and it must not be released.\n` +
        'Make the installers where github.com can be reached, or name Electron itself in ELECTRON_OVERRIDE_DIST_PATH.',
    );
  const {build, Platform} = await import('electron-builder');
  const staged = electron.developmentCopy ? await stageElectron(electron) : electron.distDir;
  const platform = Platform.current();
  try {
    await build({
      projectDir: root,
      targets: values.installers ? platform.createTarget() : platform.createTarget('dir'),
      publish: 'never',
      config: {
        extends: 'build/electron-builder.yml',
        electronDist: staged,
        electronVersion: electron.version,
      },
    });
  } finally {
    if (electron.developmentCopy) await rm(staged, {recursive: true, force: true});
  }
  const folder = join(release, unpackedFolder());
  if (electron.developmentCopy)
    await writeFile(
      join(folder, notice),
      `Made with the copy of Electron ${electron.version} for development and tests. Do not give it to others.\n`,
    );
  say(`The application is in ${folder}`);
}

try {
  await ensureInstalled();
  await ensureBuilt();
  await makePackage();
} catch (error) {
  fail(error);
}
