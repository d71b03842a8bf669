import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import {createFileChecks} from '../../electron/core/release/readChecked';
import {createTableReader} from '../../electron/outputs/tables/tableReader';
import {median, secondsOf, sized, type Measurement} from './measurement';

const ROWS = 5_000;
const COLUMNS = 20;
const ROUNDS = sized(5, 1);

/** The checks before release of the largest table that may leave level 4, and for how long the host does nothing else. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-bench-checks-'));
  const tables = createTableReader();
  const checks = createFileChecks(folder, tables);
  const times: number[] = [];
  const held: number[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const path = `table-${round}.csv`;
      await writeFile(join(folder, path), table());
      const delay = monitorEventLoopDelay({resolution: 1});
      delay.enable();
      const seconds = await secondsOf(async () => {
        const tier = 'moderately_sensitive';
        const file = {path, tier, strictest: tier, action: 'a', expected: true} as const;
        const check = await checks.check(file);
        if (check?.rows !== ROWS || check.notRead !== null) throw new Error('It was not checked.');
      });
      delay.disable();
      // the first one starts the process and the thread
      if (round === 0) continue;
      times.push(seconds * 1000);
      held.push(delay.max / 1e6);
    }
  } finally {
    await checks.close();
    await tables.close();
    await rm(folder, {recursive: true});
  }
  const name = `checks of ${ROWS.toLocaleString('en')} rows of ${COLUMNS} columns`;
  return [
    {name, measured: median(times), limit: 2000, unit: 'ms'},
    {name: `${name}: host held up`, measured: median(held), limit: 200, unit: 'ms'},
  ];
}

/** Counts by groups, as a study's tables have them, some small and none rounded. */
function table(): string {
  const names = ['region', 'sex', ...Array.from({length: COLUMNS - 2}, (_, at) => `n_${at}`)];
  const lines = Array.from({length: ROWS}, (_, row) =>
    [
      `region ${row % 500}`,
      row % 2 === 0 ? 'F' : 'M',
      ...names.slice(2).map((_, at) => String((row * 7919 + at * 104_729) % 2003)),
    ].join(','),
  );
  return `${names.join(',')}\n${lines.join('\n')}\n`;
}
