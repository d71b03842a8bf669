import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import type {Locator} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {openOutput, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {resizeDesk} from './layout';
import {projectText, writeStudy} from './windowStudy';

describe.skipIf(noWindow || noEngine)('a table in the window', () => {
  it('of 300,000 rows opens at once, goes to any row, sorts by value', async () => {
    const script = [
      'import os',
      'os.makedirs("output", exist_ok=True)',
      'with open("output/big.csv", "w") as out:',
      '    out.write("id,count\\n")',
      '    for n in range(300000):',
      '        out.write(f"{n:07d},{(n * 7919) % 300000 + 12000000}\\n")',
    ].join('\n');
    const dir = await writeStudy('big-table', {
      'project.yaml': projectText({
        make: {
          run: 'python:v2 python analysis/make.py',
          outputs: {highly_sensitive: 'output/big.csv'},
        },
      }),
      'analysis/make.py': script,
    });
    // made before the window opens, which has to find its way to the file by itself
    const cli = fileURLToPath(new URL('../../dist/host/cli.cjs', import.meta.url));
    await promisify(execFile)(process.execPath, [cli, 'run', 'make', '--project-dir', dir]);
    const desk = await launchDesk({dir});
    const {page} = desk;
    await waitForState(page, 'make', 'up-to-date');

    await openOutput(page, 'big.csv');
    const file = page.getByRole('article', {name: 'output/big.csv'});
    await file.getByText(/made on this computer/).waitFor();
    await file.getByRole('gridcell', {name: '0000000', exact: true}).waitFor();
    await file.getByText('300,000 rows, 2 columns').waitFor({timeout: 60_000});

    await file.getByLabel('Go to row').fill('250001');
    await file.getByLabel('Go to row').press('Enter');
    const last = file.getByRole('gridcell', {name: '0250000', exact: true});
    await last.waitFor();
    const number = file.getByRole('gridcell', {
      name: String(((250_000 * 7919) % 300_000) + 12_000_000),
      exact: true,
    });
    // a number is never cut
    expect(await number.evaluate((cell) => cell.scrollWidth <= cell.clientWidth)).toBe(true);

    await file.getByRole('columnheader', {name: 'count'}).click();
    await file.getByLabel('Go to row').fill('1');
    await file.getByLabel('Go to row').press('Enter');
    await file.getByRole('gridcell', {name: '12000000', exact: true}).waitFor();

    await file.getByLabel('SQL condition').fill("id < '0000010'");
    await file.getByLabel('SQL condition').press('Enter');
    await file.getByText('Showing 10 of 300,000 rows, 2 columns').waitFor();
    await file.getByLabel('SQL condition').fill('');
    await file.getByText('300,000 rows, 2 columns', {exact: true}).waitFor();

    // in a small window with large text its rows are scrolled to, below all that stands over them
    await resizeDesk(desk, 1024, 700, 2);
    const grid = file.getByRole('grid', {name: 'Rows of the file'});
    await grid.scrollIntoViewIfNeeded();
    expect((await grid.boundingBox())?.height ?? 0).toBeGreaterThan(100);
    const cell = file.getByRole('gridcell', {name: '12000000', exact: true});
    await expect.poll(() => isInWindow(cell)).toBe(true);
    await resizeDesk(desk, 1280, 800);

    // a text is found where it stands, and its cell opens by the keyboard
    await file.getByRole('columnheader', {name: 'count'}).click();
    await file.getByRole('columnheader', {name: 'count'}).click({button: 'right'});
    await page.getByRole('menuitem', {name: 'Restore file order'}).click();
    await file.getByLabel('Find in the table').fill('0299999');
    await file.getByLabel('Find in the table').press('Enter');
    await file.getByText('Found in 1 row').waitFor();
    await grid.focus();
    await page.keyboard.press('Enter');
    await file.getByRole('region', {name: 'Cell'}).getByText('row 300,000').waitFor();

    // hidden, frozen and resized by the menu of a column, which a key opens too
    const name = file.getByRole('columnheader', {name: 'count'});
    const before = (await name.boundingBox())?.width ?? 0;
    await name.click({button: 'right'});
    await page.getByRole('menuitem', {name: 'Wider'}).click();
    await expect.poll(async () => (await name.boundingBox())?.width).toBe(before + 40);
    const first = file.getByRole('columnheader', {name: 'id'});
    expect(await first.getAttribute('data-frozen')).toBe('true');
    await grid.focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', {name: 'Unfreeze columns'}).click();
    expect(await first.getAttribute('data-frozen')).toBe('false');
    await name.click({button: 'right'});
    await page.getByRole('menuitem', {name: 'Column summary'}).click();
    await page.keyboard.press('ArrowRight');
    const figures = file.getByRole('complementary', {name: 'Column summary'});
    await figures.getByText('0 of 300,000').waitFor();
    await name.click({button: 'right'});
    await page.getByRole('menuitem', {name: 'Hide this column'}).click();
    await file.getByText('300,000 rows, 1 of 2 columns').waitFor();
    await file.getByRole('button', {name: 'Columns, summary, SQL'}).click();
    await page.getByRole('menuitem', {name: 'Show count'}).click();

    // what is copied has the names of the columns
    await file.getByLabel('Go to row').fill('1');
    await file.getByLabel('Go to row').press('Enter');
    await file.getByRole('gridcell', {name: '0000000', exact: true}).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+c');
    await file.getByText('Copied 4 cells under the column names, highly sensitive').waitFor();

    await file.getByRole('button', {name: 'Columns, summary, SQL'}).click();
    await page.getByRole('menuitem', {name: 'Query with SQL'}).click();
    const question = file.getByLabel(/^SQL query of the table/);
    await question.fill("SELECT count(*) AS n FROM data WHERE id < '0000123'");
    await question.press('Control+Enter');
    await file.getByRole('gridcell', {name: '123', exact: true}).waitFor();
    await question.fill("SELECT * FROM read_text('/etc/passwd')");
    await question.press('Control+Enter');
    await file.getByText(/disabled|Permission/).waitFor();
    await file.getByRole('button', {name: 'Query history'}).click();
    await page.getByRole('menuitem', {name: /^SELECT count/}).click();
    expect(await question.inputValue()).toMatch(/^SELECT count/);
  });
});

/** Whether a click in the middle of an element would meet it. */
function isInWindow(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => {
    const {left, top, width, height} = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + height / 2);
    return at !== null && element.contains(at);
  });
}
