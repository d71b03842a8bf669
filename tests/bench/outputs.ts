import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, open, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {openDesk} from '../../build/openDesk.mjs';
import {linesBefore, PAGE_BYTES, readTextPage} from '../../electron/outputs/textPages';
import {outputRows} from '../../renderer/outputs/outputRows';
import type {} from '../../renderer/bridge/host';
import type {OutputEntry, OutputFile} from '../../shared/output';
import {addPastRun, type PastJob} from '../window/loggedStudy';
import {msUntil} from './frames';
import {median, secondsOf, sized, type Measurement} from './measurement';

/** The list of 50,000 outputs, in the window too, and a text of 2 GB. */
export async function bench(): Promise<readonly Measurement[]> {
  return [await longList(), ...(await longListInWindow()), ...(await longText())];
}

const ACTIONS = 10;
const FILES_EACH = sized(5_000, 20);

const COUNT = (ACTIONS * FILES_EACH).toLocaleString('en');

/** A study whose actions are recorded to have made 50,000 tables, which are there. */
async function studyOfManyFiles(dir: string): Promise<void> {
  const content = 'group,count\na,12\nb,34\n';
  const sha256 = createHash('sha256').update(content).digest('hex');
  const actions = Array.from({length: ACTIONS}, (_, at) => `action_${at}`);
  const project = actions.flatMap((name) => [
    `  ${name}:`,
    // a script each: similar actions would be folded into one row
    `    run: python:v2 python analysis/${name}.py`,
    '    outputs:',
    '      moderately_sensitive:',
    `        tables: output/${name}/*.csv`,
  ]);
  await writeTextFile(
    dir,
    'project.yaml',
    ["version: '4.0'", 'actions:', ...project, ''].join('\n'),
  );
  for (const name of actions) await writeTextFile(dir, `analysis/${name}.py`, 'print(1)\n');
  const past: PastJob[] = [];
  for (const action of actions) {
    const outputs = Array.from({length: FILES_EACH}, (_, at): OutputFile => ({
      path: `output/${action}/table_${at}.csv`,
      tier: 'moderately_sensitive',
      size: content.length,
      sha256,
    }));
    for (const {path} of outputs) await writeTextFile(dir, path, content);
    past.push({action, lines: 1, line: () => ({text: 'made'}), outputs});
  }
  await addPastRun(dir, 'run1', '2026-04-01T10:00:00.000Z', past);
}

async function writeTextFile(dir: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), {recursive: true});
  await writeFile(join(dir, path), text);
}

/** 50,000 outputs in the real window. Times end when what was asked for is painted. */
async function longListInWindow(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-bench-outputs-'));
  try {
    await studyOfManyFiles(dir);
    const rounds: Awaited<ReturnType<typeof openManyFiles>>[] = [];
    for (let round = 0; round < sized(3, 1); round += 1) rounds.push(await openManyFiles(dir));
    const middle = (name: 'list' | 'first' | 'file' | 'host'): number =>
      median(rounds.map((each) => each[name]));
    const name = '50,000 outputs';
    return [
      {name: `${name}: the list opens`, measured: middle('list'), limit: 300, unit: 'ms'},
      // tables are read by a process that starts with the list
      {name: `${name}: the first opens`, measured: middle('first'), limit: null, unit: 'ms'},
      {name: `${name}: one of them opens`, measured: middle('file'), limit: 300, unit: 'ms'},
      {name: `${name}: all looked for anew`, measured: middle('host'), limit: null, unit: 'ms'},
    ];
  } finally {
    await rm(dir, {recursive: true, force: true, maxRetries: 5});
  }
}

async function openManyFiles(dir: string) {
  // a window opens with what was last on screen: here, with neither the list nor a file
  await rm(join(dir, 'metadata/study-desk/view.json'), {force: true});
  const desk = await openDesk({dir, width: 1280, height: 800});
  const {page} = desk;
  try {
    await page.getByRole('tab', {name: `Outputs ${COUNT}`}).waitFor({timeout: 60_000});
    await page.waitForTimeout(3000);
    const list = await msUntil(page, hasText, '[role=tree] table_0.csv', () =>
      page.getByRole('tab', {name: /^Outputs/}).click(),
    );
    const open = (name: string): Promise<number> =>
      msUntil(page, hasText, `article[aria-label$="${name}"] 34`, () =>
        page.locator(`[role=treeitem][id$="output/action_0/${name}"]`).click(),
      );
    const first = await open('table_3.csv');
    const file = await open('table_4.csv');
    const host = await page.evaluate(async () => {
      const from = performance.now();
      await window.studyDesk?.request('outputs:list', {});
      return performance.now() - from;
    });
    return {list, first, file, host};
  } finally {
    await desk.close();
  }
}

/** In the page: a part of it, by its selector, holds a text. */
function hasText(wanted: string): boolean {
  const [selector = '', text = ''] = wanted.split(' ');
  return document.querySelector(selector)?.textContent.includes(text) === true;
}

/** What the list does when it opens, before it draws the rows in view. */
async function longList(): Promise<Measurement> {
  const outputs = Array.from({length: 50_000}, (_, at): OutputEntry => ({
    ...{path: `output/part_${at % 300}/file_${(at * 7919) % 50_000}.csv`, size: at, sha256: ''},
    ...{tier: 'moderately_sensitive', action: `action_${at % 10}`, runId: 'r1', present: true},
    ...{producedAt: '2026-03-14T12:00:00Z', excludedReason: null},
  }));
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1)
    times.push(
      (await secondsOf(async () => {
        const listing = {outputs, patterns: [], orphans: []};
        outputRows(listing, {
          ...{filter: '', toggled: new Set<string>(), grouping: 'folder', order: 'name'},
          groupOf: new Map(),
        });
      })) * 1000,
    );
  return {name: 'rows of 50,000 outputs', measured: median(times), limit: 300, unit: 'ms'};
}

async function longText(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-bench-text-'));
  const file = await open(join(folder, 'long.log'), 'w+');
  try {
    const block = Buffer.from(
      'a line of a log that nobody will ever read to its end\n'.repeat(20_000),
    );
    for (let size = 0; size < sized(2 * 1024 ** 3, 8 * 1024 ** 2); size += block.length)
      await file.write(block);
    const {size} = await file.stat();
    const text = {file, size, gunzip: false};
    const last = Math.ceil(size / PAGE_BYTES) - 1;
    const page = await secondsOf(async () => {
      if ((await readTextPage(text, last))?.isLast !== true) throw new Error('Not the last page.');
    });
    const counted = await secondsOf(() => linesBefore(text, last));
    return [
      {name: 'last page of a text of 2 GB', measured: page * 1000, limit: 300, unit: 'ms'},
      {name: 'its line numbers behind that', measured: counted, limit: null, unit: 's'},
    ];
  } finally {
    await file.close();
    await rm(folder, {recursive: true});
  }
}
