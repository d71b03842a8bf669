import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {startCodelistSite} from '../unit/codelists/codelistSite';
import {GIT_ALONE} from '../unit/git/gitAlone';
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

    site.lists.set(asthma, {csv: 'code,term\nJ45,Asthma\nJ46,Status asthmaticus\n'});
    const later = 'code,term\nJ45,Asthma\nJ82,Eosinophilia\n';
    site.lists.set('opensafely/asthma/later', {csv: later});
    await view.getByRole('button', {name: 'Check now'}).click();
    await view.getByText('Newer version published').waitFor();
    await view.getByRole('button', {name: 'Take opensafely/asthma/later'}).click();
    await update.getByText('+ J82 Eosinophilia').waitFor();
    await update.getByRole('button', {name: 'Update', exact: true}).click();
    await row.waitFor();
    const lines = () => readFileSync(join(dir, 'codelists/codelists.txt'), 'utf8');
    expect(lines()).toBe('opensafely/asthma/later/\n');
    await view.getByRole('button', {name: 'Undo last update'}).click();
    await view.getByText(/^Undone: /).waitFor();
    await expect.poll(lines).toBe(`${asthma}/\n`);
  });

  it('are read, searched, put side by side, and made of rows of others or of what is pasted', async () => {
    for (const id of ['a/lungs/1', 'a/asthma/1']) site.lists.set(id, {csv: 'code\nJ45\n'});
    const dir = await writeStudy('codelists-read', {
      'project.yaml': projectText({
        extract: {
          run: 'python:v2 python analysis/extract.py',
          outputs: {highly_sensitive: 'output/rows.csv'},
        },
      }),
      'analysis/extract.py': 'open("codelists/a-lungs.csv")\n',
      'codelists/codelists.txt': 'a/lungs/1\na/asthma/1\n',
      'codelists/codelists.json': '{"files": {}}',
      'codelists/a-lungs.csv': 'code,term\nJ43,Emphysema\nJ45,Asthma\n',
      'codelists/a-asthma.csv': 'code,term\nJ45,Asthma\nJ459,Asthma unspecified\n',
    });
    const git = (...args: readonly string[]) =>
      execFileSync('git', args, {cwd: dir, env: GIT_ALONE});
    git('init', '-q');
    git('add', 'codelists');
    git('commit', '-q', '-m', 'First lists');
    const lungs = 'code,term\nJ44,COPD\nJ45,Asthma\nJ450,Allergic asthma\nJ46,Status\n';
    writeFileSync(join(dir, 'codelists/a-lungs.csv'), lungs);
    const {page} = await launchDesk({
      dir,
      env: {OPENCODELISTS_BASE_URL: site.base, STUDY_DESK_CHECK_CODELISTS: 'yes'},
    });
    await nodeOf(page, 'extract').waitFor();
    await page.keyboard.press('ControlOrMeta+K');
    await page.keyboard.type('Codelists');
    await page.keyboard.press('Enter');
    const view = page.getByRole('article', {name: 'Codelists'});
    // once a day, as the settings say, and not again below
    await view.getByText(/the server was asked on/).waitFor();
    const asked = site.asked.length;
    await view.getByRole('textbox', {name: 'Find'}).fill('ALLERGIC');
    const finds = view.getByRole('region', {name: 'In the lists'});
    await finds.getByText('1 row in 1 list').waitFor();
    await finds.getByRole('button', {name: 'codelists/a-lungs.csv'}).click();

    const reader = page.getByRole('article', {name: 'codelists/a-lungs.csv'});
    await reader.getByText('1 of 4 rows').waitFor();
    await reader.getByRole('searchbox', {name: 'Find in the list'}).fill('');
    await reader.getByText('4 of 4 rows').waitFor();
    await reader.getByLabel('As a tree').check();
    await reader.getByRole('gridcell', {name: '\u2003J450'}).waitFor();
    const beside = reader.getByLabel('Side by side with');
    await beside.selectOption(await beside.getByText(/First lists$/).innerText());
    await reader.getByRole('tab', {name: 'Only there 1'}).click();
    await reader.getByRole('gridcell', {name: 'Emphysema'}).waitFor();
    await beside.selectOption('codelists/a-asthma.csv');
    await reader.getByRole('tab', {name: 'Only there 1'}).click();
    await reader.getByRole('gridcell', {name: 'Asthma unspecified'}).waitFor();
    await reader.getByRole('tab', {name: 'Only here 3'}).click();
    await reader.getByRole('button', {name: 'Make a list…'}).click();
    const dialog = page.getByRole('dialog', {name: 'Make a list of your own'});
    await dialog.getByRole('textbox', {name: 'Name'}).fill('lungs-without-asthma');
    await dialog.getByRole('button', {name: 'Make', exact: true}).click();
    await page.getByRole('article', {name: 'local_codelists/lungs-without-asthma.csv'}).waitFor();
    expect(readFileSync(join(dir, 'local_codelists/lungs-without-asthma.csv'), 'utf8')).toBe(
      'code,term\nJ44,COPD\nJ450,Allergic asthma\nJ46,Status\n',
    );
    expect(
      readFileSync(join(dir, 'local_codelists/lungs-without-asthma.origin.txt'), 'utf8'),
    ).toContain('Origin: codelists/a-lungs.csv and codelists/a-asthma.csv, only here');

    await page.getByRole('button', {name: 'All codelists'}).click();
    await view.getByRole('row', {name: /lungs-without-asthma\.csv Your own ICD-10 3/}).waitFor();
    await view.getByRole('button', {name: 'Make a list…'}).click();
    await dialog.getByRole('textbox', {name: 'Name'}).fill('pasted');
    await dialog.getByRole('textbox', {name: /^Codes/}).fill('J45\tAsthma\nJ46\tStatus');
    await dialog.getByRole('textbox', {name: 'Where they come from'}).fill('A paper');
    await dialog.getByRole('button', {name: 'Make', exact: true}).click();
    await page.getByRole('article', {name: 'local_codelists/pasted.csv'}).waitFor();
    // an address that is dragged into the view
    await page.getByRole('button', {name: 'All codelists'}).click();
    const dragged = await page.evaluateHandle((address) => {
      const transfer = new DataTransfer();
      transfer.setData('text/uri-list', address);
      return transfer;
    }, `${site.base}/codelist/opensafely/none/1/`);
    expect(site.asked.length).toBe(asked);
    await view.getByRole('table').dispatchEvent('drop', {dataTransfer: dragged});
    await page
      .getByRole('dialog', {name: 'Add a codelist'})
      .getByText(/opensafely\/none\/1 could not be downloaded/)
      .waitFor();
  });
});
