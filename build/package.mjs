// `npm run package`: the application in release/, unpacked and as a tar.gz.
// `npm run package -- --installers` makes the installers of this system too (AppImage and deb; dmg and zip; nsis), with a
// bill of materials and checksums. With the development copy of Electron it makes the deb alone of these, and that says
// NOT FOR RELEASE in its name and description.
import {cp, mkdir, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {fail, say} from './childProcess.mjs';
import {makeDeb, makeTar} from './linuxPackages.mjs';
import {findElectron} from './electronRuntime.mjs';
import {writeBillOfMaterials, writeChecksums} from './releaseFiles.mjs';
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
  const {developmentCopy} = electron;
  const isFull = values.installers && !developmentCopy;
  const {build, Platform} = await import('electron-builder');
  const staged = developmentCopy ? await stageElectron(electron) : electron.distDir;
  // a package made elsewhere than in the workflow has no feed
  process.env.STUDY_DESK_FEED ??= 'https://study-desk.invalid/releases';
  try {
    await build({
      projectDir: root,
      targets: Platform.current().createTarget(isFull ? [] : 'dir'),
      publish: 'never',
      config: {
        extends: 'build/electron-builder.yml',
        electronDist: staged,
        electronVersion: electron.version,
        ...(developmentCopy
          ? notForRelease(electron)
          : // the development copy has no such fuse yet
            {electronFuses: {grantFileProtocolExtraPrivileges: false}}),
      },
    });
  } finally {
    if (developmentCopy) await rm(staged, {recursive: true, force: true});
  }
  const folder = join(release, unpackedFolder());
  say(`The application is in ${folder}`);
  if (process.platform === 'linux') {
    const made = {root, folder, release, developmentCopy};
    say(`The archive is ${await makeTar(made)}`);
    if (values.installers) say(`The deb is ${await makeDeb(made)}`);
  }
  if (!values.installers) return;
  say(`What is in it: ${await writeBillOfMaterials({root, release, electron})}`);
  say(`Checksums: ${await writeChecksums(release)}`);
}

/** Puts a notice into what is made with the development copy. */
function notForRelease({version}) {
  return {
    afterPack: ({appOutDir}) =>
      writeFile(
        join(appOutDir, notice),
        `Made with the copy of Electron ${version} for development and tests. Do not give it to others.\n`,
      ),
  };
}

try {
  await ensureInstalled();
  await ensureBuilt();
  await makePackage();
} catch (error) {
  fail(error);
}
