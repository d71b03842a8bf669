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
      ok: false,
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
      ok: false,
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
    expect(await show('a.log', 'one\ntwo\n')).toEqual({
      kind: 'text',
      text: 'one\ntwo\n',
      truncated: false,
    });
    expect(await show('empty.txt', '')).toEqual({kind: 'text', text: '', truncated: false});
  });

  it('is cut where it is long, and says so', async () => {
    const content = await show('a.txt', 'é'.repeat(3 * 1024 * 1024));
    expect(content).toMatchObject({kind: 'text', truncated: true});
    if (content.kind !== 'text') throw new Error('no text');
    // never in the middle of a character
    expect(content.text).toMatch(/^é+$/);
    expect(content.text.length).toBe(1024 * 1024);
  });

  it('of exactly the longest length is whole', async () => {
    expect(await show('a.txt', 'x'.repeat(2 * 1024 * 1024))).toMatchObject({truncated: false});
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
    expect(await show('b.txt.gz', bomb)).toMatchObject({kind: 'text', truncated: true});
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

describe('tables', () => {
  it('are only named here: their rows are asked for page by page', async () => {
    for (const name of [
      'a.csv',
      'a.tsv',
      'a.csv.gz',
      'a.parquet',
      'a.feather',
      'a.dta',
      'a.dta.gz',
    ])
      expect(await show(name, 'a,b\n1,2\n')).toEqual({kind: 'table'});
  });
});

describe('JSON', () => {
  it('is laid out without changing a letter of its values', async () => {
    const text =
      '{"n":1.0,"big":12345678901234567890,"s":"a, {b}: \\"c\\"","e":[],"o":{},"l":[1,[2]]}';
    const content = await show('a.json', text);
    if (content.kind !== 'json') throw new Error('no JSON');
    expect(content.text).toBe(
      [
        '{',
        '  "n": 1.0,',
        '  "big": 12345678901234567890,',
        '  "s": "a, {b}: \\"c\\"",',
        '  "e": [],',
        '  "o": {},',
        '  "l": [',
        '    1,',
        '    [',
        '      2',
        '    ]',
        '  ]',
        '}',
      ].join('\n'),
    );
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
    expect(await show('a.html', '<script>alert(1)</script>')).toEqual({kind: 'html', url: ''});
  });

  it.each(['a.pkl', 'a.pdf', 'a.arrow.gz'])('are named: %s', async (name) => {
    const content = await show(name, 'x');
    expect(content).toMatchObject({kind: 'unsupported'});
    if (content.kind === 'unsupported')
      expect(content.reason).toMatch(/^It is an? .+ show better\.$/);
  });
});
