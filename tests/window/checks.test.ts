import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {answerSave} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {emptyFolder, projectText, writeStudy} from './windowStudy';

describe.skipIf(noWindow)('checks before release', () => {
  it('mark cells, take reasons, and draft a request and a report without anything highly sensitive', async () => {
    const dir = await writeStudy('checked', {
      'project.yaml': projectText({
        extract: {
          run: 'python:v2 python analysis/extract.py',
          outputs: {highly_sensitive: 'output/secret_rows.csv'},
        },
        count: {
          run: 'python:v2 python analysis/count.py',
          needs: ['extract'],
          outputs: {moderately_sensitive: 'output/table.csv'},
        },
      }),
      'analysis/count.py': 'n = round_to(n, 5)\n',
      'output/secret_rows.csv': 'patient_id\n1\n',
      'output/table.csv': 'region,n\nEast,3\nWest,100\n',
    });
    const desk = await launchDesk({dir});
    const {page} = desk;
    await page.getByRole('tab', {name: 'Checks'}).click();
    await page.getByRole('button', {name: 'Check outputs'}).click();
    await page.getByRole('treeitem', {name: /Small count/}).click();

    const file = page.getByRole('article', {name: 'output/table.csv'});
    const cell = file.getByRole('gridcell', {name: '3', exact: true});
    await cell.waitFor();
    // the list has given way to the file, and comes back with its key
    await expect.poll(() => page.locator('#bottom-panel').isVisible()).toBe(false);
    expect(await cell.getAttribute('data-mark')).toBe('fail');
    expect(await cell.getAttribute('aria-description')).toContain('must be suppressed');

    // what can be done about a finding is beside its file, where both are seen
    const finding = page.getByRole('region', {name: 'Small count'});
    const [beside, inFile] = [await finding.boundingBox(), await cell.boundingBox()];
    expect((inFile?.x ?? 0) + (inFile?.width ?? 0)).toBeLessThan(beside?.x ?? 0);
    await finding.getByRole('button', {name: 'row 1'}).waitFor();
    await finding.getByRole('button', {name: 'Waive…'}).click();
    await page.getByRole('textbox', {name: 'Reason'}).fill('practices, not patients');
    await page.getByRole('dialog').getByRole('button', {name: 'Waive', exact: true}).click();
    await page.getByRole('dialog').waitFor({state: 'detached'});
    await page.keyboard.press('c');
    await page.getByRole('button', {name: '0 likely to be queried'}).waitFor();
    await page.getByRole('treeitem', {name: /Small count.*Waived/}).click();
    await finding.getByText('Waived: practices, not patients').waitFor();
    expect(readFileSync(join(dir, 'metadata/study-desk/waivers.json'), 'utf8')).toContain(
      'practices, not patients',
    );

    await page.getByRole('button', {name: 'Rehearse the release…'}).click();
    const rehearsal = page.getByRole('article', {name: 'Release rehearsal'});
    await rehearsal.getByRole('tab', {name: 'count 1 file', selected: true}).waitFor();
    await rehearsal
      .getByRole('textbox', {name: 'Context'})
      .fill('See output/secret_rows.csv. All patients.');
    const controls = await rehearsal.getByRole('textbox', {name: 'Controls'}).inputValue();
    expect(controls).toContain('practices, not patients');
    expect(controls).toContain('analysis/count.py, line 1');

    const folder = await emptyFolder();
    const save = async (button: string, name: string): Promise<string> => {
      const path = join(folder, name);
      await answerSave(desk, path);
      await rehearsal.getByRole('button', {name: 'Save…'}).click();
      await page.getByRole('menuitem', {name: button}).click();
      await expect.poll(() => existsSync(path), {timeout: 20_000}).toBe(true);
      return readFileSync(path, 'utf8');
    };
    for (const text of [
      await save('Save as Markdown…', 'draft.md'),
      await save('Save as JSON…', 'draft.json'),
      await save('Save report…', 'report.html'),
    ]) {
      expect(text).toContain('output/table.csv');
      expect(text).not.toContain('secret_rows');
    }
    expect(readFileSync(join(folder, 'draft.md'), 'utf8')).toContain('All patients.');
  });
});
