import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {openDesk} from '../../build/openDesk.mjs';
import {askUpstream} from '../../electron/codelists/codelistServer';
import {startCodelistSite, type CodelistSite} from '../unit/codelists/codelistSite';
import {nodeOf} from '../window/deskActions';
import {inCheckout, median, mustRun, secondsOf, sized, type Measurement} from './measurement';

const LISTS = sized(500, 20);
const USUAL = 20;
const CODES = sized(5000, 100);
const ROUNDS = sized(5, 1);
/** Typed letter by letter: a word of many rows, one of none, a code of one row. */
const TYPED = ['severe kidney', 'diabetes', '100004321'];

/** Codelists of a study that has many, in the window and by the command. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-codelists-'));
  const site = await startCodelistSite();
  try {
    const [many, usual] = [join(folder, 'many'), join(folder, 'usual')];
    await writeCodelists(many, LISTS, site);
    const checkMany = await rounds(() => secondsOfCheck(many, site));
    await writeCodelists(usual, USUAL, site);
    const checkUsual = await rounds(async () => {
      const answer = await secondsOf(() => askAs(site));
      return (await secondsOfCheck(usual, site)) - answer;
    });
    const {opened, again, slowest, keys} = await inWindow(many);
    const of = `${LISTS} codelists of ${CODES} codes`;
    return [
      {name: `${of}: view open`, measured: opened, limit: 400, unit: 'ms'},
      {name: `${of}: view open again, all read`, measured: again, limit: 400, unit: 'ms'},
      {name: `${of}: a key to the rows found`, measured: median(keys), limit: 50, unit: 'ms'},
      {name: `${of}: the slowest key`, measured: slowest, limit: null, unit: 'ms'},
      {name: `${of}: check`, measured: median(checkMany), limit: 1.5, unit: 's'},
      {
        name: `${USUAL} codelists: check, beyond the server’s answer`,
        ...{measured: median(checkUsual) * 1000, limit: 300, unit: 'ms'},
      },
    ];
  } finally {
    await site.close();
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

async function rounds(measure: () => Promise<number>): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) measured.push(await measure());
  return measured;
}

const WORDS =
  'status acute chronic disorder of lung structure history severe kidney finding procedure left right artery infection due to without asthma';

/** A study whose code reads so many lists, which the site has too. */
async function writeCodelists(dir: string, lists: number, site: CodelistSite): Promise<void> {
  await mkdir(join(dir, 'codelists'), {recursive: true});
  await mkdir(join(dir, 'analysis'));
  const words = WORDS.split(' ');
  const files: Record<string, object> = {};
  const ids = Array.from({length: lists}, (_, list) => `org/list${list}/1`);
  for (const [list, id] of ids.entries()) {
    const rows = Array.from({length: CODES}, (_, row) => {
      const at = list * CODES + row;
      const term = [1, 3, 7, 11, 13].map((step) => words[(at * step + (at >> 4)) % words.length]);
      return `${100_000_000 + at},${term.join(' ')} ${at}`;
    });
    const text = `code,term\n${rows.join('\n')}`;
    site.lists.set(id, {csv: `${text}\n`});
    const name = `org-list${list}.csv`;
    const sha = createHash('sha1').update(text).digest('hex');
    files[name] = {id, url: '', downloaded_at: '2026-11-01 00:00:00.000000Z', sha};
    await writeFile(join(dir, 'codelists', name), `${text}\n`);
  }
  await writeFile(join(dir, 'codelists/codelists.txt'), ids.map((id) => `${id}\n`).join(''));
  await writeFile(join(dir, 'codelists/codelists.json'), JSON.stringify({files}, null, 2));
  await writeFile(
    join(dir, 'project.yaml'),
    "version: '4.0'\nactions:\n  extract:\n    run: python:v2 python analysis/extract.py\n    outputs:\n      highly_sensitive:\n        rows: output/rows.csv\n",
  );
  const reads = Object.keys(files).map((name) => `codelist_from_csv("codelists/${name}")\n`);
  await writeFile(join(dir, 'analysis/extract.py'), reads.join(''));
  // comparing them itself would take the server as long as the check
  site.check = JSON.stringify({status: 'ok'});
}

function secondsOfCheck(dir: string, site: CodelistSite): Promise<number> {
  const call = [inCheckout('dist/host/cli.cjs'), 'codelists', 'check', '--project-dir', dir];
  process.env['OPENCODELISTS_BASE_URL'] = site.base;
  return secondsOf(() => mustRun(process.execPath, call));
}

function askAs({base}: CodelistSite): Promise<unknown> {
  const server = {base, proxy: null, offline: false, version: '1', ci: false};
  return askUpstream(server, '', '{"files": {}}');
}

async function inWindow(dir: string) {
  const desk = await openDesk({dir, width: 1280, height: 800});
  try {
    const {page} = desk;
    await nodeOf(page, 'extract').waitFor();
    await page.waitForTimeout(1000);
    const opened = await msToOpen(page);
    const find = page.getByRole('textbox', {name: 'Find', exact: true});
    await page.getByText('Reading…').first().waitFor({state: 'detached', timeout: 60_000});
    await find.fill('acute');
    await page
      .getByRole('region', {name: 'In the lists'})
      .getByText(/^The first/)
      .waitFor();
    const keys: number[] = [];
    for (const typed of TYPED) {
      await find.fill('');
      for (const letter of typed) keys.push(await msToFind(page, letter));
    }
    await page.getByRole('button', {name: 'Close the codelists'}).click();
    await nodeOf(page, 'extract').waitFor();
    const again = await msToOpen(page);
    console.error(`keys: ${keys.map((each) => each.toFixed(0)).join(', ')}`);
    return {opened, again, keys, slowest: Math.max(...keys)};
  } finally {
    await desk.close();
  }
}

/** From the choice in the palette to the painted list of all lists. */
async function msToOpen(page: Page): Promise<number> {
  await page.keyboard.press('ControlOrMeta+K');
  await page.keyboard.type('Codelists');
  await page.waitForTimeout(500);
  const painted = await msFromKey(page, 'article[aria-label="Codelists"] tbody tr');
  await page.keyboard.press('Enter');
  return painted();
}

/** From a letter to the painted answer that is to it; the first letter of all searches nothing. */
async function msToFind(page: Page, letter: string): Promise<number> {
  const painted = await msFromKey(page, '[aria-label="In the lists"] [data-current]', true);
  await page.keyboard.press(letter === ' ' ? 'Space' : letter);
  return painted();
}

/** Milliseconds from the next key until something is painted; where `none` may come of it, until the page has taken the key. */
async function msFromKey(
  page: Page,
  selector: string,
  none = false,
): Promise<() => Promise<number>> {
  const measured = await page.evaluateHandle(
    ([wanted, mayBeNone]) => {
      const result: {ms: Promise<number>} = {
        ms: new Promise((resolve) => {
          document.addEventListener(
            'keydown',
            ({timeStamp}) => {
              const look = (): void => {
                const found = document.querySelector<HTMLElement>(wanted);
                const text = document.activeElement;
                const typed = text instanceof HTMLInputElement ? text.value.trim() : '';
                const isHere = mayBeNone
                  ? typed.length < 2
                    ? found === null
                    : found?.dataset['current'] === typed
                  : found !== null;
                if (isHere)
                  requestAnimationFrame(() =>
                    setTimeout(() => resolve(performance.now() - timeStamp)),
                  );
                else setTimeout(look, 1);
              };
              setTimeout(look);
            },
            {once: true, capture: true},
          );
        }),
      };
      return result;
    },
    [selector, none] as const,
  );
  return () => measured.evaluate(({ms}) => ms);
}
