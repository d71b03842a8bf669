import {stat} from 'node:fs/promises';
import {extname} from 'node:path';
import {nativeImage, shell} from 'electron';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {runsWhenOpened} from './runsWhenOpened';

/** Opens a file with the program that this computer has for it; what the system would run is refused. */
export async function openWithProgram(file: string): Promise<Result<null, AppError>> {
  const {mode} = await stat(file);
  if (runsWhenOpened(extname(file), mode, process.platform))
    return failWith('invalid-request', 'This file is a program: opening it would run it.', {
      hint: 'Show it in its folder instead, if you know what it does.',
    });
  const trouble = await shell.openPath(file);
  if (trouble === '') return ok(null);
  return failWith('invalid-request', 'No program could open this file.', {
    why: trouble,
    hint: 'Choose a program for such files in your system’s settings, or open it by its path.',
    path: file,
  });
}

/** What is under the pointer while a file is dragged: the window's picture, or a sheet of paper, 16 by 16, where that is none. */
export function dragIcon(picture: string): Electron.NativeImage {
  const drawn = nativeImage.createFromDataURL(picture);
  if (!drawn.isEmpty()) return drawn;
  const side = 16;
  const dots = Buffer.alloc(side * side * 4, 0);
  for (let y = 0; y < side; y += 1)
    for (let x = 3; x < 13; x += 1) {
      const isEdge = y === 0 || y === side - 1 || x === 3 || x === 12;
      dots.set(isEdge ? [0xd6, 0x56, 0x24, 0xff] : [0xff, 0xff, 0xff, 0xff], (y * side + x) * 4);
    }
  return nativeImage.createFromBitmap(dots, {width: side, height: side});
}
