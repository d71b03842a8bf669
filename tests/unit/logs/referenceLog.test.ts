import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {openReferenceLog, readTrailer, trailerFacts} from '../../../electron/logs/referenceLog';
import {readLines} from '../../../electron/logs/storedLog';
import {folderOfFile} from '../../temporary';

const TIME = '2026-04-01T10:00:00.123000000Z';
const TRAILER = `
job_definition_id: n2yq6lrbf4k7zq4j
job_definition_request_id: local
commit: none
docker_image_id: sha256:7082b371
exit_code: 137
created_at: 1775037600
completed_at: 1775037661
database_name: dummy
status_message: Job exited with an error: ran out of memory
hint: Give it more: memory

outputs:
  output/table 1.csv  - moderately_sensitive
  output/cohort.csv   - highly_sensitive

Invalid moderately_sensitive outputs:
  output/big.csv  - File size of 20.0Mb is larger than limit of 16.0Mb.
`;

const dir = folderOfFile();

async function open(text: string) {
  const path = join(dir, 'a.log');
  await writeFile(path, text);
  const log = await openReferenceLog(path);
  if (log === null) throw new Error('There is a log.');
  return log;
}

describe('the log of an action', () => {
  it('has its lines up to the first empty one, and the rest below them', async () => {
    const log = await open(`${TIME} one\n${TIME} two: 2\r\n${TIME} \n\n${TRAILER}`);
    const lines = await readLines(log, 0, 10);
    expect(lines.map(({text}) => text)).toEqual(['one', 'two: 2', '']);
    expect(lines[0]).toEqual({time: TIME, stream: 'stdout', text: 'one'});
    expect(log.trailer).toBe(`${TRAILER}`);
  });

  it('is read at any of many lines', async () => {
    const text = Array.from({length: 60_000}, (_, seq) => `${TIME} line ${seq}\n`).join('');
    const log = await open(text + TRAILER);
    expect(log.totalLines).toBe(60_000);
    const [line] = await readLines(log, 54_321, 1);
    expect(line?.text).toBe('line 54321');
  });

  it.each([
    ['a long log', `${`${TIME} a line\n`.repeat(60_000)}\n${TRAILER}`],
    [
      'a long one with the line ends of Windows',
      `${`${TIME} a line\r\n`.repeat(60_000)}\r\n${TRAILER}`,
    ],
    ['a long one without times', `${'a line\n'.repeat(60_000)}\n${TRAILER}`],
    ['a long last line', `${TIME} one\n${TIME} ${'x'.repeat(200_000)}\n\n${TRAILER}`],
    ['a short log', `${TIME} one\n\n${TRAILER}`],
  ])('has what stands below the lines of %s', async (_, text) => {
    expect((await open(text)).trailer).toBe(TRAILER);
    expect(await readTrailer(join(dir, 'a.log'))).toBe(TRAILER);
  });

  it('may have been cut off', async () => {
    const text = `${TIME} a line\n`.repeat(60_000);
    expect((await open(text)).trailer).toBe('');
    expect(await readTrailer(join(dir, 'a.log'))).toBe('');
    expect(await readTrailer(join(dir, 'none.log'))).toBeNull();
  });

  it.each([
    ['a line without a time', `${TIME} one\nmore of it\n\n`, ['one', 'more of it']],
    ['no end', `${TIME} one\n${TIME} tw`, ['one', 'tw']],
    ['no lines', `\n\n${TRAILER}`, []],
    ['nothing', '', []],
  ])('may have %s', async (_, text, lines) => {
    const log = await open(text);
    expect((await readLines(log, 0, 10)).map((line) => line.text)).toEqual(lines);
  });
});

describe('what stands below the lines', () => {
  it('is how the job ended, with which image, and what it made', () => {
    expect(trailerFacts(TRAILER)).toEqual({
      jobId: 'n2yq6lrbf4k7zq4j',
      message: 'Job exited with an error: ran out of memory',
      exitCode: 137,
      image: 'sha256:7082b371',
      commit: 'none',
      hint: 'Give it more: memory',
      createdAt: '2026-04-01T10:00:00.000Z',
      completedAt: '2026-04-01T10:01:01.000Z',
      outputs: [
        {path: 'output/table 1.csv', tier: 'moderately_sensitive'},
        {path: 'output/cohort.csv', tier: 'highly_sensitive'},
      ],
      notes: [
        {
          heading: 'Invalid moderately_sensitive outputs',
          rows: ['output/big.csv  - File size of 20.0Mb is larger than limit of 16.0Mb.'],
        },
      ],
    });
  });

  it('says nothing that is not there', () => {
    expect(trailerFacts('exit_code: None\n\noutputs:\n  (no outputs)\n')).toMatchObject({
      jobId: null,
      exitCode: null,
      message: null,
      completedAt: null,
      outputs: [],
      notes: [],
    });
  });
});
