import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {beforeEach, describe, expect, it} from 'vitest';
import {readOutput} from '../../../electron/outputs/readOutput';
import type {OutputContent} from '../../../shared/output';

let study: string;
beforeEach(async () => {
  study = await realpath(await mkdtemp(join(tmpdir(), 'read-output-')));
});

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(study, path)), {recursive: true});
  await writeFile(join(study, path), content);
}

async function show(path: string, content: string | Uint8Array): Promise<OutputContent> {
  await put(path, content);
  const answer = await readOutput(study, path, 'moderately_sensitive');
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describe('what may be read', () => {
  it('is an output: a file without a tier is refused', async () => {
    await put('analysis/model.R', 'x <- 1');
    expect(await readOutput(study, 'analysis/model.R', null)).toMatchObject({
      error: {kind: 'invalid-request'},
    });
  });

  it.each(['highly_sensitive', 'moderately_sensitive', 'minimally_sensitive'] as const)(
    'is an output of any tier, on the computer that made it: %s',
    async (tier) => {
      await put('output/a.txt', 'hello');
      expect(await readOutput(study, 'output/a.txt', tier)).toMatchObject({ok: true});
    },
  );

  it('lies inside the study, or behind a folder of outputs that the user has made a link', async () => {
    await put('output/real.txt', 'inside');
    await symlink('/etc/passwd', join(study, 'output/passwd.txt'));
    const disk = await mkdtemp(join(tmpdir(), 'read-output-disk-'));
    await writeFile(join(disk, 'a.txt'), 'on the larger disk');
    await writeFile(join(disk, 'b.txt'), 'beside it');
    await symlink('b.txt', join(disk, 'latest.txt'));
    await symlink('/etc/passwd', join(disk, 'passwd.txt'));
    await symlink(disk, join(study, 'output/disk'));
    await symlink('real.txt', join(study, 'output/link.txt'));
    const read = (path: string) => readOutput(study, path, 'highly_sensitive');
    for (const path of ['output/passwd.txt', 'output/disk/passwd.txt']) {
      expect(await read(path), path).toMatchObject({ok: false, error: {kind: 'invalid-request'}});
    }
    for (const path of ['../x', '/etc/passwd', 'output/../../x'])
      expect(await read(path), path).toMatchObject({ok: false});
    const texts = {link: 'inside', 'disk/a': 'on the larger disk', 'disk/latest': 'beside it'};
    for (const [name, text] of Object.entries(texts))
      expect(await read(`output/${name}.txt`)).toMatchObject({ok: true, value: {text}});
    await rm(disk, {recursive: true});
  });

  it('is there', async () => {
    expect(await readOutput(study, 'output/none.txt', 'highly_sensitive')).toMatchObject({
      error: {kind: 'file-system', why: 'It does not exist.'},
    });
  });

  it.skipIf(process.platform === 'win32')('is a regular file: a pipe holds nobody up', async () => {
    await mkdir(join(study, 'output'));
    execFileSync('mkfifo', [join(study, 'output/pipe.csv')]);
    await mkdir(join(study, 'output/folder.csv'));
    for (const path of ['output/pipe.csv', 'output/folder.csv']) {
      expect(await readOutput(study, path, 'highly_sensitive')).toMatchObject({
        value: {kind: 'unsupported', reason: 'It is not a regular file.'},
      });
    }
  });
});

describe('text', () => {
  it('is shown whole', async () => {
    const whole = {kind: 'text', page: 0, pages: 1, isLast: true};
    expect(await show('a.log', 'one\ntwo\n')).toEqual({...whole, text: 'one\ntwo\n'});
    expect(await show('empty.txt', '')).toEqual({...whole, text: ''});
  });

  it('is paged where it is long', async () => {
    const content = await show('a.txt', 'line\n'.repeat(500_000));
    expect(content).toMatchObject({kind: 'text', page: 0, pages: 3, isLast: false});
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\ufeffnaïve', 'utf8')],
    ['UTF-16, little end first', Buffer.from('\ufeffnaïve', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\ufeffnaïve', 'utf16le').swap16()],
    ['Windows-1252', Buffer.from('naïve', 'latin1')],
  ])('is read in %s', async (_name, bytes) => {
    expect(await show('a.txt', bytes)).toMatchObject({kind: 'text', text: 'naïve'});
  });

  it('is what a file of no known name may be, unless it is binary', async () => {
    expect(await show('a.model', 'plain')).toMatchObject({kind: 'text', text: 'plain'});
    expect(await show('b.model', Buffer.from([1, 0, 2]))).toMatchObject({kind: 'unsupported'});
  });

  it('comes out of gzip, and a bomb is cut', async () => {
    expect(await show('a.log.gz', gzipSync('one\n'))).toMatchObject({text: 'one\n'});
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 'x'));
    expect(await show('b.txt.gz', bomb)).toMatchObject({kind: 'text', pages: null, isLast: false});
  });

  it('of a broken gzip file is not shown', async () => {
    const whole = gzipSync('hello '.repeat(10_000));
    expect(await show('cut.txt.gz', whole.subarray(0, whole.length - 20))).toMatchObject({
      kind: 'unsupported',
      reason: 'It is compressed, but not a whole gzip file.',
    });
    expect(await show('not.txt.gz', 'a,b\n1,2\n')).toMatchObject({kind: 'unsupported'});
  });
});

it('tables are only named here: their rows are asked for page by page', async () => {
  for (const name of [
    ...['a.csv', 'a.tsv', 'a.csv.gz', 'a.parquet', 'a.feather', 'a.dta', 'a.dta.gz'],
  ])
    expect(await show(name, 'a,b\n1,2\n')).toEqual({kind: 'table'});
});

describe('JSON', () => {
  it('goes letter for letter: parsing would round its numbers', async () => {
    const text = '{"n":1.0,"big":12345678901234567890}';
    expect(await show('a.json', text)).toEqual({kind: 'json', text, truncated: false});
  });

  it('that is none is shown as text', async () => {
    expect(await show('a.json', '{"a":1}\n{"a":2}\n')).toMatchObject({kind: 'text'});
  });

  it('that is long is cut and left as it is', async () => {
    const text = `[${'1,'.repeat(4 * 1024 * 1024)}1]`;
    expect(await show('a.json', text)).toMatchObject({kind: 'json', truncated: true});
  });
});

describe('pictures', () => {
  it('go as bytes with their type', async () => {
    const content = await show('a.png', PNG);
    expect(content).toMatchObject({kind: 'image', mediaType: 'image/png'});
    if (content.kind !== 'image') throw new Error('no image');
    expect(Buffer.from(content.bytes)).toEqual(PNG);
    expect(content.bytes.buffer.byteLength).toBe(PNG.length);
  });

  it('that are drawings go as pictures too, never as part of the page', async () => {
    const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>';
    for (const content of [await show('a.svg', svg), await show('b.svgz', gzipSync(svg))]) {
      expect(content).toMatchObject({kind: 'image', mediaType: 'image/svg+xml'});
    }
  });

  it('are what their name says', async () => {
    for (const name of ['a.png', 'a.jpg', 'a.svg', 'a.gif']) {
      expect(await show(name, 'no picture'), name).toMatchObject({kind: 'unsupported'});
    }
  });

  it('that unpack to more than may be shown are not shown', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, '<svg '));
    expect(await show('a.svgz', bomb)).toMatchObject({kind: 'unsupported'});
  });
});

describe('other files', () => {
  it('that are HTML get their address from the host of the window', async () => {
    expect(await show('a.html', '<script>alert(1)</script>')).toEqual({
      kind: 'html',
      url: '',
      holds: {scripts: 1, requests: 0, hosts: []},
    });
  });

  it.each(['a.pkl', 'a.pdf.gz', 'a.arrow.gz'])('are named: %s', async (name) => {
    const content = await show(name, 'x');
    expect(content).toMatchObject({kind: 'unsupported'});
    if (content.kind === 'unsupported')
      expect(content.reason).toMatch(/^It is an? .+ show better\.$/);
  });

  it('that are Markdown or PDF go whole, and are what their name says', async () => {
    expect(await show('a.md', '# One')).toEqual({kind: 'markdown', text: '# One'});
    const pdf = await show('a.pdf', '%PDF-1.7\n');
    expect(pdf).toMatchObject({kind: 'pdf'});
    expect(await show('b.pdf', 'no document')).toMatchObject({kind: 'unsupported'});
  });

  it('show at least their first bytes, also where they are damaged', async () => {
    const bytes = Buffer.from([1, 0, 2, 3]);
    expect(await show('a.bin', bytes)).toEqual({
      kind: 'unsupported',
      reason: 'Its content is binary, so it is left to other programs.',
      head: new Uint8Array(bytes),
      size: 4,
    });
    const damaged = await show('a.txt.gz', Buffer.alloc(10_000, 7));
    if (damaged.kind !== 'unsupported') throw new Error('shown');
    expect([damaged.head.length, damaged.size]).toEqual([4096, 10_000]);
  });
});
