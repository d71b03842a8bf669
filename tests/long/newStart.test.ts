import {createHash} from 'node:crypto';
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {startRun, waitForState} from '../window/deskActions';
import {launchDesk, noWindow} from '../window/launchDesk';
import {emptyFolder, projectText, writeStudy} from '../window/windowStudy';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'study-desk-new-start-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}));

describe.skipIf(noWindow)('the application starts anew', () => {
  it('after it was killed: says so with a report, and brings the run to its end', async () => {
    const go = join(await emptyFolder(), 'go');
    const dir = await writeStudy('killed', {
      'project.yaml': projectText({
        hold: {run: `python:v2 python hold.py ${go}`, outputs: {moderately_sensitive: 'hold.txt'}},
      }),
      'hold.py': `import os, sys, time

while not os.path.exists(sys.argv[1]):
    time.sleep(0.1)
open("hold.txt", "w").write("done\\n")
`,
    });
    const userDataDir = join(folder, 'user');
    const env = {STUDY_DESK_EXECUTOR: 'process'};
    const first = await launchDesk({dir, userDataDir, env});
    await startRun(first.page, ['hold']);
    await waitForState(first.page, 'hold', 'running');
    const closed = new Promise((resolve) => first.application.process().once('exit', resolve));
    first.application.process().kill('SIGKILL');
    await closed;
    const {page, application} = await launchDesk({dir, userDataDir, env});
    await page.getByText('Study Desk did not close when it ended last.').waitFor();
    await page.getByRole('button', {name: 'Copy report'}).first().click();
    await expect
      .poll(() => application.evaluate(({clipboard}) => clipboard.readText()))
      .toContain('seenAt');
    writeFileSync(go, '');
    await waitForState(page, 'hold', 'up-to-date', 'failed', 'cut-off');
    await application.evaluate(({app}) => app.quit()).catch(() => undefined);
    await expect.poll(() => existsSync(join(userDataDir, 'running.json'))).toBe(false);
  });

  it('as a newer version, which was looked for, downloaded and put in place by a button each', async () => {
    const [appImage, mark] = [join(folder, 'Study Desk.AppImage'), join(folder, 'started')];
    writeFileSync(appImage, '#!/bin/sh\n');
    chmodSync(appImage, 0o755);
    const newer = Buffer.from(`#!/bin/sh\necho 9.9.9 > '${mark}'\n`);
    const sha512 = createHash('sha512').update(newer).digest('base64');
    const asked: string[] = [];
    const feed = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.startsWith('/latest-linux.yml') !== true) response.end(newer);
      else
        response.end(
          `version: 9.9.9\nfiles:\n  - url: a.AppImage\n    sha512: ${sha512}\npath: a.AppImage\nsha512: ${sha512}\nreleaseNotes: Much is new.\n`,
        );
    });
    await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve));
    const {port} = feed.address() as AddressInfo; // of a server that listens at a port
    const config = join(folder, 'app-update.yml');
    writeFileSync(config, `provider: generic\nurl: http://127.0.0.1:${port}/\n`);
    try {
      const {page, application} = await launchDesk({
        ...{dir: null, userDataDir: join(folder, 'user')},
        env: {STUDY_DESK_UPDATE_FILE: config, APPIMAGE: appImage},
      });
      await page.getByRole('button', {name: 'Clone a study…'}).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('newer Study Desk');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', {name: 'Newer version'});
      await dialog.getByRole('button', {name: 'Look for a newer one'}).waitFor();
      expect(asked).toEqual([]);
      await dialog.getByRole('button', {name: 'Look for a newer one'}).click();
      await dialog.getByText('Much is new.').waitFor();
      await dialog.getByRole('button', {name: 'Download'}).click();
      const closed = new Promise((resolve) => application.process().once('exit', resolve));
      await dialog.getByRole('button', {name: 'Install and start again'}).click();
      await closed;
      await expect.poll(() => existsSync(mark)).toBe(true);
      expect(readFileSync(appImage).equals(newer)).toBe(true);
    } finally {
      feed.close();
    }
  });
});
