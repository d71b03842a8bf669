import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {openOutput, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
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
    const {page} = await launchDesk({dir});
    await waitForState(page, 'make', 'up-to-date');

    await openOutput(page, 'big.csv');
    const file = page.getByRole('article', {name: 'output/big.csv'});
    await file.getByText(/on the server this file can’t be seen/).waitFor();
    await file.getByRole('gridcell', {name: '0000000', exact: true}).waitFor();
    await file.getByText('Showing 300,000 of 300,000 rows, 2 columns').waitFor({timeout: 60_000});

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

    await file.getByLabel('Condition in SQL').fill("id < '0000010'");
    await file.getByLabel('Condition in SQL').press('Enter');
    await file.getByText('Showing 10 of 300,000 rows, 2 columns').waitFor();
  });
});
