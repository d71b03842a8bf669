import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createTableReader} from '../../electron/outputs/tables/tableReader';
import {median, secondsOf, sized, type Measurement} from './measurement';

/** Two versions of a table of 5,000 rows with 3 edits, from two files that nobody has opened to what has changed. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-bench-compare-'));
  const reader = createTableReader();
  try {
    const times: number[] = [];
    for (let round = 0; round < sized(7, 2); round += 1) {
      const [old, now] = await Promise.all([
        table(join(folder, `old-${round}.csv`), []),
        table(join(folder, `now-${round}.csv`), [0, 777, 4999]),
      ]);
      const named = (path: string) => ({path, name: path});
      const seconds = await secondsOf(async () => {
        const found = await reader.compare({
          old: named(old),
          now: named(now),
          matching: {by: 'auto'},
        });
        if (!found.ok) throw new Error(JSON.stringify(found.error));
        if (found.value.changedCells !== 3) throw new Error('Not exactly 3 cells.');
      });
      // the first one starts the process
      if (round > 0) times.push(seconds * 1000);
    }
    return [
      {
        name: '5,000 rows with 3 edits compared',
        measured: median(times),
        limit: 300,
        unit: 'ms',
      },
    ];
  } finally {
    await reader.close();
    await rm(folder, {recursive: true});
  }
}

async function table(path: string, edited: readonly number[]): Promise<string> {
  const lines = Array.from({length: 5000}, (_, at) => {
    const rate = edited.includes(at) ? 'edited' : (at * 7919) % 997;
    return `${at},${at % 90},${['North', 'South', 'East'][at % 3] ?? ''},2024-01-${String(1 + (at % 28)).padStart(2, '0')},${at * 3},${rate},,NA,x,y`;
  });
  await writeFile(path, `patient_id,age,region,date,n,rate,a,b,c,d\n${lines.join('\n')}\n`);
  return path;
}
