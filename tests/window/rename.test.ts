import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {nodeOf, startRun, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {projectText, writeStudy} from './windowStudy';

describe.skipIf(noWindow)('F2 on an action', () => {
  it('shows the change, renames it with its state and its run, and takes it back', async () => {
    const dir = await writeStudy('renaming', {
      'project.yaml': projectText({
        make: {run: 'python:v2 python make.py', outputs: {moderately_sensitive: 'make.txt'}},
        use: {
          run: 'python:v2 python use.py',
          needs: ['make'],
          outputs: {moderately_sensitive: 'use.txt'},
        },
      }),
      'make.py': 'open("make.txt", "w").close()\n',
      'use.py': 'open("use.txt", "w").close()\n',
    });
    const text = await readFile(join(dir, 'project.yaml'), 'utf8');
    const {page} = await launchDesk({dir});
    await startRun(page, ['make', 'use']);
    await waitForState(page, 'use', 'up-to-date');
    await page.getByText('Succeeded: 2 of 2').first().waitFor();

    await nodeOf(page, 'make').click();
    await page.keyboard.press('F2');
    const dialog = page.getByRole('dialog', {name: 'Rename make'});
    const name = dialog.getByRole('textbox', {name: 'New name'});
    await name.fill('use');
    await dialog.getByText('An action already has this name.').waitFor();
    await name.fill('made');
    await page.keyboard.press('Enter');
    await dialog.getByText('Keeps under the new name: 1 run, 1 success, its log.').waitFor();
    await dialog.getByText('needs: [made]').waitFor();
    await dialog.getByRole('button', {name: 'Rename', exact: true}).click();
    const done = page.getByRole('dialog', {name: 'make is now made'});
    await done.waitFor();
    await waitForState(page, 'made', 'up-to-date');
    await waitForState(page, 'use', 'up-to-date');
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toContain('needs: [made]');

    await done.getByRole('button', {name: 'Undo'}).click();
    await waitForState(page, 'make', 'up-to-date');
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toBe(text);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});
