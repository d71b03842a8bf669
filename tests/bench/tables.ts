import {execFile} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {Page} from 'playwright-core';
import {openDesk, type OpenDesk} from '../../build/openDesk.mjs';
import {msUntil, p95Frame} from './frames';
import {inCheckout, median, sized, type Measurement} from './measurement';

const ROWS = sized(2_000_000, 20_000);
const WIDE = sized(1000, 50);
const WIDE_ROWS = sized(5000, 100);
const ROUNDS = sized(3, 1);
/** For a window to come to rest, in milliseconds. */
const REST = sized(3000, 300);

const shown = (count: number): string => count.toLocaleString('en');
/** Deep in the table, as the number of a row. */
const FAR = (ROWS / 4) * 3;
/** The largest number of the column `count`. */
const LARGEST = Array.from(
  {length: ROWS},
  (_, n) => ((n * 104_729) % 2_000_003) + 10_000_000,
).reduce((most, each) => Math.max(most, each));

/** Writes the tables inside an action, as studies do: 2,000,000 rows of 10 columns in 150 MB, and 1,000 columns. */
const SCRIPT = `
import os
os.makedirs("output", exist_ok=True)
regions = ["North East", "London", "South West", "East Midlands", "Yorkshire and The Humber"]
with open("output/long.csv", "w") as out:
    out.write("patient_id,age,sex,region,date,imd,bmi,count,rate,smoking\\n")
    for n in range(${ROWS}):
        out.write(f"{n + 1},{n * 7919 % 110},{'FM'[n % 2]},{regions[n % 5]},20{10 + n % 15}-0{1 + n % 9}-1{n % 9},"
                  f"{n % 32844},{n * 31 % 4000 / 100 + 12:.2f},{n * 104729 % 2000003 + 10000000},{n * 7 % 100003 / 100003:.10f},current\\n")
with open("output/wide.csv", "w") as out:
    out.write(",".join(f"variable_{n}" for n in range(${WIDE})) + "\\n")
    for row in range(${WIDE_ROWS}):
        out.write(",".join(str(row * n % 99991) for n in range(${WIDE})) + "\\n")
`;

/** Large tables in the real window. Times end when the cells are painted. */
export async function bench(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-bench-tables-'));
  try {
    await makeTables(dir);
    const rounds: LongNumbers[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureLong(dir));
    const wide = await withDesk(dir, measureWide);
    const middle = (name: keyof LongNumbers): number => median(rounds.map((each) => each[name]));
    const name = '2,000,000 rows of 10 columns';
    return [
      {name: `${name}: first rows`, measured: middle('first'), limit: 300, unit: 'ms'},
      {name: `${name}: all counted`, measured: middle('counted') / 1000, limit: null, unit: 's'},
      {name: `${name}: row 1,500,000`, measured: middle('far'), limit: 300, unit: 'ms'},
      {name: `${name}: sorted`, measured: middle('sorted'), limit: 1000, unit: 'ms'},
      {name: `${name}: filtered`, measured: middle('filtered'), limit: 1000, unit: 'ms'},
      // shared pages are counted by their shares, so that all processes can be added
      {
        name: `${name}: growth of all processes`,
        measured: middle('growth'),
        limit: 150,
        unit: 'MB',
      },
      {name: '1,000 columns: p95 frame while scrolling', measured: wide, limit: 20, unit: 'ms'},
    ];
  } finally {
    await rm(dir, {recursive: true, force: true, maxRetries: 5});
  }
}

async function makeTables(dir: string): Promise<void> {
  await mkdir(join(dir, 'analysis'), {recursive: true});
  await writeFile(join(dir, 'analysis/make.py'), SCRIPT);
  await writeFile(
    join(dir, 'project.yaml'),
    `version: '4.0'
actions:
  make:
    run: python:v2 python analysis/make.py
    outputs:
      highly_sensitive:
        tables: output/*.csv
`,
  );
  const cli = inCheckout('dist/host/cli.cjs');
  await promisify(execFile)(process.execPath, [cli, 'run', 'make', '--project-dir', dir]);
}

type LongNumbers = Readonly<
  Record<'first' | 'counted' | 'far' | 'sorted' | 'filtered' | 'growth', number>
>;

/** A window whose outputs are listed; `before`: megabytes of all its processes before they were. */
async function withDesk<T>(
  dir: string,
  work: (desk: OpenDesk, before: number) => Promise<T>,
): Promise<T> {
  // a window opens with what was last on screen: here, with no table
  await rm(join(dir, 'metadata/study-desk/view.json'), {force: true});
  const desk = await openDesk({dir, width: 1280, height: 800});
  try {
    await desk.page.locator('[data-node="action:make"]').waitFor();
    await desk.page.waitForTimeout(REST);
    // the list counts rows, for which the process that reads tables is started
    const before = megabytesOf(desk.application.process().pid ?? 0);
    await desk.page.getByRole('tab', {name: /^Outputs/}).click();
    await desk.page.waitForTimeout(REST);
    return await work(desk, before);
  } finally {
    await desk.close();
  }
}

function measureLong(dir: string): Promise<LongNumbers> {
  return withDesk(dir, async ({page, application}, before) => {
    const pid = application.process().pid ?? 0;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, megabytesOf(pid));
    }, 250);
    try {
      const file = page.getByRole('article');
      const first = await msUntil(page, hasCell, 'cell-0-0 1', () => openFile(page, 'long.csv'));
      const startedAt = performance.now();
      const status = file.getByRole('status');
      await status.filter({hasText: `${shown(ROWS)} rows, 10 columns`}).waitFor({timeout: 120_000});
      const counted = performance.now() - startedAt + first;
      await file.getByLabel('Go to row').fill(String(FAR));
      const far = await msUntil(page, hasCell, `cell-${FAR - 1}-0 ${FAR}`, () =>
        file.getByLabel('Go to row').press('Enter'),
      );
      await file.getByLabel('Go to row').fill('1');
      await file.getByLabel('Go to row').press('Enter');
      await file.getByRole('columnheader', {name: 'count'}).click({button: 'right'});
      const sorted = await msUntil(page, hasCell, `cell-0-7 ${LARGEST}`, () =>
        page.getByRole('menuitem', {name: 'Sort descending'}).click(),
      );
      await file.getByLabel('SQL condition').fill('age > 108 AND imd < 100');
      const filtered = await msUntil(page, isFiltered, shown(ROWS), () =>
        file.getByLabel('SQL condition').press('Enter'),
      );
      return {first, counted, far, sorted, filtered, growth: most - before};
    } finally {
      clearInterval(watch);
    }
  });
}

/** In the page: a cell, by its id, whose text begins so. */
function hasCell(wanted: string): boolean {
  const [id = '', text = ''] = wanted.split(' ');
  return document.getElementById(id)?.textContent.startsWith(text) === true;
}

/** In the page: fewer rows are shown than there are, and they are here. */
function isFiltered(all: string): boolean {
  const said = document.querySelector('article [role="status"]')?.textContent ?? '';
  return (
    said.includes(`of ${all}`) &&
    !said.includes(`${all} of`) &&
    document.getElementById('cell-0-0')?.textContent !== ''
  );
}

async function openFile(page: Page, name: string): Promise<void> {
  await page.getByRole('tree', {name: 'Outputs by tier'}).getByRole('treeitem', {name}).click();
}

async function measureWide({page}: OpenDesk): Promise<number> {
  await openFile(page, 'wide.csv');
  const grid = page.getByRole('grid');
  await page
    .getByText(`${shown(WIDE_ROWS)} rows, ${shown(WIDE)} columns`)
    .waitFor({timeout: 60_000});
  const box = await grid.boundingBox();
  if (box === null) throw new Error('The table is not on screen.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  return p95Frame(page, async () => {
    for (let step = 0; step < 120; step += 1) {
      await page.mouse.wheel(step % 3 === 0 ? 0 : 160, step % 3 === 0 ? 120 : 0);
      await page.waitForTimeout(16);
    }
  });
}

/** Memory of a process and all it has started, in MB; Linux tells of each its share of what several use. */
function megabytesOf(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [, parent] = /\) \S (\d+)/.exec(textOf(`/proc/${name}/stat`)) ?? [];
    parents.set(Number(name), Number(parent));
  }
  const isOurs = (id: number): boolean => {
    for (let at: number | undefined = id; at !== undefined && at > 1; at = parents.get(at))
      if (at === pid) return true;
    return false;
  };
  let kilobytes = 0;
  for (const id of parents.keys())
    if (isOurs(id))
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${id}/smaps_rollup`))?.[1] ?? 0);
  return kilobytes / 1024;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // it has just ended
    return '';
  }
}
