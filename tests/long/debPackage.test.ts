import {execFile} from 'node:child_process';
import {copyFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {makeDeb} from '../../build/linuxPackages.mjs';
import {folderOfFile} from '../temporary';
import {makeCleanRoot, noCleanRoot, type CleanRoot} from './cleanRoot';

const root = fileURLToPath(new URL('../../', import.meta.url));
const release = join(root, 'release');
const INSTALL = 'apt-get install --yes --quiet --no-install-recommends';
/** What a desktop has: a screen, types of files, and what opens a file by its type. */
const DESKTOP =
  'xvfb x11-utils shared-mime-info desktop-file-utils libglib2.0-bin libgtk-3-bin python3';

if (noCleanRoot !== null) console.warn(`The deb is not installed anywhere: ${noCleanRoot}`);

/** Runs a command of the user's desktop, waits until our window is there and `seen` too, and ends the desktop. */
const onDesktop = (command: string, seen: string): string => `
  Xvfb :77 -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
  export DISPLAY=:77
  for wait in $(seq 100); do xwininfo -root >/dev/null 2>&1 && break; sleep 0.1; done
  ${command} >desktop.log 2>&1 </dev/null &
  for wait in $(seq 300); do
    xwininfo -root -tree | grep '"Study Desk"' && ${seen} && break; sleep 0.1
  done
  ps -eo user:20,args | grep '^researcher.*/opt/study-desk/study-desk' || true
  pkill -x study-desk; pkill Xvfb; sleep 1; cat desktop.log >&2`;

describe.skipIf(noCleanRoot !== null)('the deb, in a clean Debian', () => {
  const folder = folderOfFile();
  let debian: CleanRoot;
  let deb = '';

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['build/package.mjs', '--installers'], {cwd: root});
    const made = await readdir(release);
    deb = made.find((name) => /^study-desk_.*\.deb$/.test(name)) ?? '';
    debian = await makeCleanRoot(join(folder, 'debian'));
    const old = await makeDeb({
      root,
      folder: join(release, 'linux-unpacked'),
      release: folder,
      developmentCopy: true,
      version: '0.0.1',
    });
    await copyFile(old, join(debian.dir, 'var/old.deb'));
    await copyFile(join(release, deb), join(debian.dir, 'var/new.deb'));
    await debian.asRoot(`apt-get update; ${INSTALL} /var/old.deb; ${INSTALL} ${DESKTOP}`);
  }, 900_000);

  afterAll(() => debian.remove());

  it('says that it is not for release, and needs what Debian has', async () => {
    expect(deb).toContain('NOT-FOR-RELEASE');
    const said = await debian.asRoot('dpkg --info /var/new.deb');
    expect(said).toContain('NOT FOR RELEASE');
    expect(said).toContain('nodejs (>= 20.19)');
  });

  it('runs a study without a display, as an ordinary user', async () => {
    expect((await debian.asUser('study-desk --version')).trim()).toMatch(/^\d+\.\d+\.\d+$/);
    await debian.asUser('cp -r /opt/study-desk/resources/sample study');
    const run = await debian.asUser('cd study && study-desk run run_all --executor process');
    expect(run).toContain('write_report: Completed successfully');
    // DuckDB, which lies outside of the bundles, counts the rows
    const shown = await debian.asUser(
      'cd study && study-desk show output/patients.csv.gz | tail -3',
    );
    expect(shown).toContain('12000  12000');
  });

  it('opens its window from the menu, and a study by its project.yaml or a link, in a sandbox', async () => {
    const entry = await debian.asRoot('cat /usr/share/applications/study-desk.desktop');
    expect(entry).not.toContain('--no-sandbox');
    await debian.asRoot('desktop-file-validate /usr/share/applications/study-desk.desktop');
    const started = await debian.asUser(onDesktop('gtk-launch study-desk', 'true'));
    expect(started).toContain('"Study Desk"');
    expect(started).toContain('--type=renderer');
    const recent = "grep researcher/study '.config/Study Desk/recents.json'";
    const opened = await debian.asUser(onDesktop('gio open study/project.yaml', recent));
    expect(opened).toContain('"dir": "/srv/researcher/study"');
    expect(opened).toContain('/opt/study-desk/study-desk /srv/researcher/study/project.yaml');
    const link = 'study-desk://open?dir=/srv/researcher/study';
    const followed = await debian.asUser(onDesktop(`gio open '${link}'`, 'true'));
    expect(followed).toContain(`/opt/study-desk/study-desk ${link}`);
    expect(opened + followed).not.toContain('--no-sandbox');
  });

  it('is upgraded with data kept, and removed without a trace but these', async () => {
    const recents = "cat '.config/Study Desk/recents.json'; ls study/metadata/study-desk";
    const before = await debian.asUser(recents);
    expect(before).toContain('/srv/researcher/study');
    expect(await debian.asRoot('dpkg -s study-desk')).toContain('Version: 0.0.1');
    await debian.asRoot(`${INSTALL} /var/new.deb`);
    expect(await debian.asRoot('dpkg -s study-desk')).not.toContain('Version: 0.0.1');
    expect(await debian.asUser(recents)).toBe(before);
    const status = await debian.asUser('cd study && study-desk status');
    expect(status).toContain('Up to date');

    await debian.asRoot('apt-get purge --yes study-desk');
    const left = await debian.asRoot(
      "find / -xdev -iname '*study*desk*' -not -path '/srv/*' -not -path '/proc/*'",
    );
    expect(left).toBe('');
    expect(await debian.asUser(recents)).toBe(before);
  });
});
