import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {showFile, showText} from './tableOf';
import {folderOfFile} from '../../temporary';

const fixtures = fileURLToPath(new URL('../../fixtures/tables/', import.meta.url));
const folder = folderOfFile();

function bomb(name: string, header: string, piece: string, times: number): string {
  const path = join(folder, name);
  const packed = gzipSync(piece);
  writeFileSync(
    path,
    Buffer.concat([gzipSync(header), ...Array.from({length: times}, () => packed)]),
  );
  return path;
}

describe('a file made to bring a viewer down', () => {
  it('unpacks to rows without end', async () => {
    const path = bomb('rows.csv.gz', 'a,b\n', '1,2\n'.repeat(256 * 1024), 70);
    await expect(showFile(path)).rejects.toThrow(/unpacks to more than 250 times its size/);
  });

  it('unpacks to one line', async () => {
    const path = bomb('line.csv.gz', 'a,b\n', 'x'.repeat(1024 * 1024), 20);
    await expect(showFile(path)).rejects.toThrow(/row of more than 16 MiB/);
  });

  it('unpacks to nothing but zeros', async () => {
    const path = bomb('zeros.dta.gz', '', '\0'.repeat(1024 * 1024), 70);
    await expect(showFile(path)).rejects.toThrow(/unpacks to more than 250 times/);
  });

  it('is one line', async () => {
    await expect(showText('a.csv', 'x'.repeat(20 * 1024 * 1024))).rejects.toThrow(
      /first line is too long/,
    );
    const long = `a,b\n1,${'x'.repeat(20 * 1024 * 1024)}\n`;
    await expect(showText('a.csv', long)).rejects.toThrow(/row of more than 16 MiB/);
  });

  it('has a quote that is never closed', async () => {
    const rows = `a,b\n1,2\n"${'1,2\n'.repeat(5 * 1024 * 1024)}`;
    await expect(showText('a.csv', rows)).rejects.toThrow(/quote that is never closed/);
  });

  it('has 100,000 columns', async () => {
    const header = Array.from({length: 100_000}, (_, at) => `c${at}`).join(',');
    await expect(showText('a.csv', `${header}\n`)).rejects.toThrow(/first line|columns/);
    const short = Array.from({length: 100_000}, () => 'a').join(',');
    await expect(showText('a.csv', `${short}\n`)).rejects.toThrow(/100,000 columns; up to 2,000/);
    await expect(showText('a.csv', `a,b\n1,2\n${short}\n`)).rejects.toThrow(/fields|columns/);
  });

  it.each([
    ['generated-zstd.parquet', (bytes: Buffer) => bytes.fill(0xff, bytes.length - 200)],
    ['generated-zstd.parquet', (bytes: Buffer) => bytes.fill(0xff, 4, 2000)],
    [
      'generated-zstd.parquet',
      (bytes: Buffer) => (bytes.writeInt32LE(0x7fffffff, bytes.length - 8), bytes),
    ],
    ['generated-zstd.parquet', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['generated-lz4.feather', (bytes: Buffer) => bytes.subarray(0, 5000)],
    ['generated-lz4.feather', (bytes: Buffer) => bytes.fill(0xff, 3000, 4000)],
    ['generated-zstd.arrow', (bytes: Buffer) => bytes.fill(0xff, 3000, 4000)],
    [
      'generated-plain.arrow',
      (bytes: Buffer) => bytes.fill(0xff, bytes.length - 300, bytes.length - 10),
    ],
    ['generated-118.dta', (bytes: Buffer) => bytes.fill(0xff, 100, 300)],
    ['haven-115.dta', (bytes: Buffer) => bytes.fill(0xff, 4, 12)],
    ['generated-plain.rds', (bytes: Buffer) => bytes.fill(0x7f, 20, 60)],
  ])('is damaged: %s', async (name, damage) => {
    const bytes = damage(Buffer.from(readFileSync(`${fixtures}${name}`)));
    await expect(showText(name, bytes)).rejects.toThrow();
  });

  it('is damaged anywhere, and never shown as another table without a word', async () => {
    // a changed byte may change a value; the reader must come to an end, whatever it finds
    for (const name of ['haven-115.dta', 'generated-118.dta', 'generated-plain.rds']) {
      const bytes = readFileSync(`${fixtures}${name}`);
      for (let at = 1; at < 24; at += 3) {
        const changed = Buffer.from(bytes);
        changed[at * 37] = (changed[at * 37] ?? 0) ^ 0xff;
        const path = join(folder, `changed-${name}`);
        writeFileSync(path, changed);
        await showFile(path).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
      }
    }
  });

  it('is packed twice, or is none of what its name says', async () => {
    await expect(showText('a.csv.gz', gzipSync(gzipSync('a,b\n')))).rejects.toThrow(/binary/);
    for (const name of ['a.parquet', 'a.arrow', 'a.dta', 'a.rds', 'a.dta.gz', 'a.csv.gz'])
      await expect(showText(name, 'a,b\n1,2\n'), name).rejects.toThrow();
  });
});
