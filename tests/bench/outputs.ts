import {mkdtemp, open, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {linesBefore, PAGE_BYTES, readTextPage} from '../../electron/outputs/textPages';
import {outputRows} from '../../renderer/outputs/outputRows';
import type {OutputEntry} from '../../shared/output';
import {median, secondsOf, type Measurement} from './measurement';

/** The list of 50,000 outputs, and a text of 2 GB. */
export async function bench(): Promise<readonly Measurement[]> {
  return [await longList(), ...(await longText())];
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
    for (let size = 0; size < 2 * 1024 ** 3; size += block.length) await file.write(block);
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
