import path from 'node:path';
import {expect, it} from 'vitest';
import {OutputSpool} from '../../../electron/process/processJob';
import {folderWith} from '../files/studyFolder';

it('gives a reader what came before it and what comes after, in order', async () => {
  const spool = await OutputSpool.create(path.join(await folderWith(), 'output'));
  await spool.add('stdout', Buffer.from('one'));
  const pieces: string[] = [];
  const reading = spool.read((stream, chunk) => void pieces.push(`${stream}:${chunk.toString()}`));
  await spool.add('stderr', Buffer.from('two'));
  await spool.add('stdout', Buffer.alloc(300_000, 'x'));
  await spool.end();
  await reading;
  expect(pieces.slice(0, 2)).toEqual(['stdout:one', 'stderr:two']);
  expect(pieces.slice(2).join('').length).toBe(300_000 + 2 * 'stdout:'.length);
  const again: string[] = [];
  await spool.read((stream) => void again.push(stream));
  expect(again).toEqual(['stdout', 'stderr', 'stdout', 'stdout']);
  await spool.close();
});
