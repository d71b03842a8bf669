import fc from 'fast-check';
import {pack, type Pack} from 'tar-stream';
import {expect, it} from 'vitest';
import type {Pieces} from '../../../electron/docker/engineArchive';
import {engineError} from '../../../electron/docker/engineError';
import {TAR_END, tarHeader} from '../../../electron/docker/packWorkspace';
import {readOneFile} from '../../../electron/docker/readOneFile';

interface Taken {
  readonly size: number;
  readonly content: Buffer;
}

/** Hands over bytes as an engine's reply: in pieces of any length, each overwritten by the next. */
async function* inPieces(archive: Buffer, pieceBytes: number): Pieces {
  const buffer = Buffer.alloc(pieceBytes);
  for (let at = 0; at < archive.length; at += pieceBytes) {
    yield buffer.subarray(0, archive.copy(buffer, 0, at, at + pieceBytes));
    buffer.fill('?');
  }
}

async function readBytes(archive: Buffer, pieceBytes: number): Promise<Taken> {
  const taken: Taken[] = [];
  await readOneFile(inPieces(archive, pieceBytes), '/workspace/a.csv', async (size, content) => {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(Buffer.from(part));
    taken.push({size, content: Buffer.concat(parts)});
  });
  const [first] = taken;
  if (first === undefined || taken.length > 1) throw new Error('Not handed over once');
  return first;
}

/** An archive as another implementation writes it. */
async function packed(header: Parameters<Pack['entry']>[0], content: Buffer): Promise<Buffer> {
  const archive = pack();
  archive.entry(header, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

it('hands over a file of any length whole, in whatever pieces it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({maxLength: 3000}),
      fc.integer({min: 1, max: 2000}),
      async (bytes, pieceBytes) => {
        const content = Buffer.from(bytes);
        const archive = await packed({name: 'a.csv'}, content);
        const taken = await readBytes(archive, pieceBytes);
        expect(taken).toEqual({size: content.length, content});
      },
    ),
    {numRuns: 50},
  );
});

it('passes over extended headers, and takes a size from them', async () => {
  const name = `${'folder/'.repeat(40)}ä.csv`;
  const archive = await packed({name, pax: {size: '5', comment: 'x=\ny'}}, Buffer.from('12345'));
  expect(await readBytes(archive, 700)).toMatchObject({size: 5, content: Buffer.from('12345')});
});

it('passes over the long names of GNU archives, and reads their large sizes', async () => {
  const [note, file] = [block('L', '00000000003'), block('0', '')];
  Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4]).copy(file, 124);
  const text = (content: string): Buffer => Buffer.concat([Buffer.from(content)], 512);
  const archive = Buffer.concat([note, text('abc'), file, text('1234'), TAR_END]);
  expect(await readBytes(archive, 512)).toEqual({size: 4, content: Buffer.from('1234')});
});

it.each(['directory', 'symlink', 'fifo'] as const)('refuses a %s', async (type) => {
  const archive = await packed({name: 'a', type, linkname: 'b'}, Buffer.alloc(0));
  await expect(readBytes(archive, 512)).rejects.toThrow('/workspace/a.csv is not a file');
});

it('says so where the engine breaks off, wherever that is', async () => {
  const archive = await packed({name: 'a.csv'}, Buffer.alloc(2000, 'x'));
  for (const length of [0, 100, 512, 2511]) {
    const error: unknown = await readBytes(archive.subarray(0, length), 512).catch(
      (thrown: unknown) => thrown,
    );
    // as an engine that went away, which is waited for and asked again
    expect(engineError(error, 'hand over the files')).toMatchObject({
      kind: 'no-engine',
      detail: expect.stringContaining('broke off') as string,
    });
  }
});

/** A header block with a flag and a size of our own. */
function block(flag: string, size: string): Buffer {
  const about = {path: 'a', type: 'file', mode: 0o644, linkTarget: null} as const;
  const header = tarHeader({...about, size: 0, mtimeSeconds: 0, uid: 0, gid: 0});
  header.write(size, 124);
  header.write(flag, 156);
  return header;
}
