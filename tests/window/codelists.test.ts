import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {startCodelistSite} from '../unit/codelists/codelistSite';
import {nodeOf} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {projectText, writeStudy} from './windowStudy';

const site = await startCodelistSite();
afterAll(() => site.close());

describe.skipIf(noWindow)('codelists', () => {
  it('are listed, added by address, updated with the codes shown before, and undone', async () => {
    const asthma = 'opensafely/asthma/1';
    site.lists.set(asthma, {csv: 'code,term\nJ45,Asthma\nJ46,Status asthmaticus\n'});
    const dir = await writeStudy('codelists', {
      'project.yaml': projectText({
        extract: {
          run: 'python:v2 python analysis/extract.py',
          outputs: {highly_sensitive: 'output/rows.csv'},
        },
      }),
      'analysis/extract.py': 'open("codelists/opensafely-asthma.csv")\n',
      'codelists/codelists.txt': 'not/enough\na/b/1\na/b/1\n',
      'codelists/codelists.json': '{"files": {}}',
    });
    const {page} = await launchDesk({dir, env: {OPENCODELISTS_BASE_URL: site.base}});
    await nodeOf(page, 'extract').waitFor();
    await page.keyboard.press('ControlOrMeta+K');
    await page.keyboard.type('Codelists');
    await page.keyboard.press('Enter');
    const view = page.getByRole('article', {name: 'Codelists'});
    await view.getByText('"not/enough" has 2 parts between slashes').waitFor();
    expect(site.asked).toEqual([]);
    // the same problems as in Problems, each at its line, with its fix
    await page.getByRole('tab', {name: /^Problems/}).click();
    await page.getByRole('treeitem', {name: /is already in line 2.*codelists\.txt:3/}).click();
    await page.getByRole('article', {name: 'codelists/codelists.txt'}).waitFor();
    await page.getByRole('button', {name: 'Remove this line…'}).click();
    await page.getByRole('button', {name: 'Write to codelists/codelists.txt'}).click();
    await expect
      .poll(() => readFileSync(join(dir, 'codelists/codelists.txt'), 'utf8'))
      .toBe('not/enough\na/b/1\n');
    await page.getByRole('treeitem', {name: /is already in line/}).waitFor({state: 'detached'});
    await page.keyboard.press('ControlOrMeta+K');
    await page.keyboard.type('Codelists');
    await page.keyboard.press('Enter');
    writeFileSync(join(dir, 'codelists/codelists.txt'), '');
    await view.getByText('"not/enough"').waitFor({state: 'detached'});

    await view
      .getByRole('textbox', {name: 'Address of a codelist'})
      .fill(`${site.base}/codelist/${asthma}/`);
    await view.getByRole('button', {name: 'Add…'}).click();
    const dialog = page.getByRole('dialog', {name: 'Add a codelist'});
    await dialog.getByText('2 codes added').waitFor();
    await dialog.getByRole('button', {name: 'Add', exact: true}).click();
    const row = view.getByRole('row', {
      name: /opensafely-asthma\.csv As downloaded ICD-10 2 extract/,
    });
    await row.waitFor();

    site.lists.set(asthma, {csv: 'code,term\nJ45,Asthma\nJ459,Asthma unspecified\n'});
    await view.getByRole('button', {name: 'Check now'}).click();
    await view.getByText('Other codes on the server').waitFor();
    await view.getByRole('button', {name: 'Update all…'}).click();
    const update = page.getByRole('dialog', {name: 'Update codelists'});
    await update.getByText('+ J459 Asthma unspecified').waitFor();
    await update.getByText('− J46 Status asthmaticus').waitFor();
    await update.getByText('This makes 1 action out of date: extract.').waitFor();
    await update.getByRole('button', {name: 'Update', exact: true}).click();
    await row.waitFor();
    const file = join(dir, 'codelists/opensafely-asthma.csv');
    expect(readFileSync(file, 'utf8')).toContain('J459');
    await view.getByRole('button', {name: 'Undo last update'}).click();
    await view.getByText(/^Undone: /).waitFor();
    expect(readFileSync(file, 'utf8')).toContain('J46,');
  });
});
