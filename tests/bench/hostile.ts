import {mkdtemp, open, readFile, rm, writeFile} from 'node:fs/promises';
import {readFileSync, readdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {readAs} from '../../electron/outputs/readOutput';
import {createTableReader} from '../../electron/outputs/tables/tableReader';
import {inCheckout, secondsOf, sized, type Measurement} from './measurement';

/** Each must be shown, or come to a clear message, within this. */
const LIMIT = {seconds: 2, megabytes: 300};

const LINE_BYTES = sized(1024 ** 3, 32 * 1024 ** 2);
/** How often a piece is packed into a bomb. */
const TIMES = sized(250, 3);

/** Files made to bring a viewer down: how long until it is said what they are, and what that takes of memory. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-bench-hostile-'));
  try {
    const files = await hostileFiles(folder);
    const measured: Measurement[] = [];
    for (const file of files) measured.push(...(await measure(file)));
    return measured;
  } finally {
    await rm(folder, {recursive: true});
  }
}

interface HostileFile {
  readonly name: string;
  readonly path: string;
}

async function hostileFiles(folder: string): Promise<readonly HostileFile[]> {
  const files: HostileFile[] = [];
  const put = async (name: string, file: string, content: string | Buffer): Promise<void> => {
    const path = join(folder, file);
    await writeFile(path, content);
    files.push({name, path});
  };
  for (const file of ['line.csv', 'line.txt', 'line.json', 'line.html']) {
    await writeLine(join(folder, file));
    files.push({name: `1 GB in one line, ${file}`, path: join(folder, file)});
  }
  const packed = (piece: string, times: number): Buffer =>
    Buffer.concat(Array.from({length: times}, () => gzipSync(piece)));
  await put('gzip bomb of rows', 'rows.csv.gz', packed('1,2\n'.repeat(1024 ** 2), TIMES));
  await put('gzip bomb of one line', 'one.csv.gz', packed('x'.repeat(4 * 1024 ** 2), TIMES));
  await put('gzip bomb of zeros', 'zeros.dta.gz', packed('\0'.repeat(4 * 1024 ** 2), TIMES));
  await put('gzip bomb of an R file', 'zeros.rds', packed('\0'.repeat(4 * 1024 ** 2), TIMES));
  await put('gzip bomb of text', 'text.txt.gz', packed('x'.repeat(4 * 1024 ** 2), TIMES));
  await put('gzip bomb of a drawing', 'drawing.svgz', packed('<svg>'.repeat(1024 ** 2), TIMES));
  const names = Array.from({length: 100_000}, (_, at) => `c${at}`).join(',');
  await put('100,000 columns', 'wide.csv', `${names}\n`.repeat(20));
  await put(
    'a quote never closed',
    'quote.csv',
    `a,b\n1,2\n"${'1,2\n'.repeat(sized(50, 1) * 1024 ** 2)}`,
  );
  const fixture = (name: string): Promise<Buffer> =>
    readFile(inCheckout(`tests/fixtures/tables/${name}`));
  const parquet = await fixture('generated-zstd.parquet');
  await put('Parquet with a wrong footer', 'a.parquet', parquet.fill(0xff, parquet.length - 200));
  await put(
    'Arrow cut off',
    'a.feather',
    (await fixture('generated-lz4.feather')).subarray(0, 5000),
  );
  return files;
}

async function writeLine(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(16 * 1024 ** 2, 'x');
  for (let size = 0; size < LINE_BYTES; size += block.length) await file.write(block);
  await file.close();
}

/** As the window does: its kind first, then, where that is a table, all its rows in the process that reads tables. */
async function measure({name, path}: HostileFile): Promise<readonly Measurement[]> {
  const reader = createTableReader();
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, megabytesOfTables());
  }, 20);
  try {
    // the process is there before a file is looked at; its start is not what is measured
    await reader.schema(`${path}.gone`, false);
    const before = process.memoryUsage().rss / 1024 ** 2;
    let here = before;
    const watchHere = setInterval(() => {
      here = Math.max(here, process.memoryUsage().rss / 1024 ** 2);
    }, 20);
    const seconds = await secondsOf(async () => {
      const content = await readAs(path, path);
      if (!content.ok) throw new Error(`${name}: ${JSON.stringify(content.error)}`);
      if (content.value.kind !== 'table') return;
      const table = await reader.schema(path, true);
      if (!table.ok && table.error.why === undefined) throw new Error(`${name}: no reason.`);
    });
    clearInterval(watchHere);
    return [
      {name, measured: seconds, limit: LIMIT.seconds, unit: 's'},
      {name: `${name}: memory`, measured: most + here - before, limit: LIMIT.megabytes, unit: 'MB'},
    ];
  } finally {
    clearInterval(watch);
    await reader.close();
  }
}

/** Memory of the processes that this one has started, in MB. */
function megabytesOfTables(): number {
  let kilobytes = 0;
  for (const id of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
      if (Number(parent) !== process.pid) continue;
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      kilobytes += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    } catch {
      // it has just ended
    }
  }
  return kilobytes / 1024;
}
