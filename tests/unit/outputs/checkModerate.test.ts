import {describe, expect, it} from 'vitest';
import {checkModerate} from '../../../electron/outputs/checkModerate';

const NEVER = (): AsyncIterable<Uint8Array> => {
  throw new Error('The content was not to be read.');
};

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is said of a CSV, the same however it comes in pieces. */
async function csv(content: string | Buffer): Promise<string | null> {
  const bytes = Buffer.from(content);
  const answers = new Set<string | null>();
  for (const size of [1, 3, 65_536])
    answers.add(
      await checkModerate({path: 'output/a.csv', size: bytes.length}, () => inPieces(bytes, size)),
    );
  expect(answers.size).toBe(1);
  return [...answers][0] ?? null;
}

const rows = (count: number): string =>
  Array.from({length: count}, (_, row) => `${row},x\n`).join('');

describe('checkModerate', () => {
  it('keeps back what is larger than 16 MiB, whatever it is', async () => {
    const at = 16 * 1024 * 1024;
    expect(await checkModerate({path: 'a.png', size: at}, NEVER)).toBeNull();
    expect(await checkModerate({path: 'a.png', size: at + 1}, NEVER)).toBe(
      'it is 16.1 MiB, the limit is 16 MiB',
    );
    expect(await checkModerate({path: 'a.csv', size: at + 1}, NEVER)).toContain('16 MiB');
  });

  it.each(['a.rds', 'a.CSV', 'a.csv.gz', 'a', 'dir.csv/a', '.csv'])(
    'keeps back %s for its type',
    async (path) => expect(await checkModerate({path, size: 1}, NEVER)).not.toBeNull(),
  );

  it('does not look into files other than CSV', async () => {
    expect(await checkModerate({path: 'a.json', size: 20}, NEVER)).toBeNull();
  });

  it('finds a column called exactly patient_id', async () => {
    expect(await csv('patient_id,x\n1,2\n')).toContain('patient_id');
    expect(await csv('x,"patient_id"\n1,2\n')).toContain('patient_id');
    expect(await csv('x,patient_id')).toContain('patient_id');
    expect(await csv('Patient_id,patient_ids, patient_id\n1,2,3\n')).toBeNull();
    expect(await csv('x\npatient_id\n')).toBeNull();
  });

  it('counts rows without the header and without blank lines', async () => {
    expect(await csv(`n,x\n${rows(5000)}`)).toBeNull();
    expect(await csv(`n,x\n${rows(5000)}\n\n\r\n`)).toBeNull();
    expect(await csv(`n,x\n${rows(5001)}`)).toContain('5001 rows');
    expect(await csv(`n,x\n${rows(5000)}5000,y`)).toContain('5001 rows');
  });

  it('takes line ends inside quotes for data, and all three line ends alike', async () => {
    expect(await csv(`n\n${'"a\nb"\n'.repeat(5000)}`)).toBeNull();
    expect(await csv(`n\n${'"a ""b"" c"\n'.repeat(5001)}`)).toContain('5001 rows');
    expect(await csv(`n\r\n${'1\r\n'.repeat(5001)}`)).toContain('5001 rows');
    expect(await csv(`n\r${'1\r'.repeat(5001)}`)).toContain('5001 rows');
  });

  it('gives both reasons where both hold', async () => {
    expect(await csv(`patient_id,x\n${rows(5001)}`)).toMatch(/patient_id.*, .*5001 rows/u);
  });

  it('lets through what is not UTF-8, as the reference does', async () => {
    expect(await csv(Buffer.from('patient_id\n\xff\n', 'latin1'))).toBeNull();
  });

  it('lets through an empty file', async () => expect(await csv('')).toBeNull());
});
