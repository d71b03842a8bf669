import {execFileSync} from 'node:child_process';
import {mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {basename, dirname} from 'node:path';

/** What can lie in the place of a file without being one; a device node of its own only root can make. */
export const ODD_KINDS = [
  'pipe',
  'link to a pipe',
  'socket',
  ...(process.getuid?.() === 0 ? (['device'] as const) : []),
  'link to /dev/zero',
  'link to a terminal',
  'link loop',
  'folder',
] as const;

export type OddKind = (typeof ODD_KINDS)[number] | 'device';

/** Puts one in the place of whatever is there. */
export function putOdd(path: string, kind: OddKind): void {
  rmSync(path, {recursive: true, force: true});
  switch (kind) {
    case 'pipe':
      execFileSync('mkfifo', [path]);
      return;
    case 'link to a pipe':
      rmSync(`${path}.pipe`, {force: true});
      execFileSync('mkfifo', [`${path}.pipe`]);
      symlinkSync(`${path}.pipe`, path);
      return;
    case 'socket':
      // by its short name: the path of a socket has a hundred characters at most
      execFileSync(
        'python3',
        [
          '-c',
          'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])',
          basename(path),
        ],
        {cwd: dirname(path)},
      );
      return;
    case 'device':
      execFileSync('mknod', [path, 'c', '1', '5']);
      return;
    case 'link to /dev/zero':
      symlinkSync('/dev/zero', path);
      return;
    case 'link to a terminal':
      symlinkSync('/dev/tty', path);
      return;
    case 'link loop':
      symlinkSync(basename(path), path);
      return;
    case 'folder':
      mkdirSync(path);
      return;
  }
}

/** Puts a file of that size there, which takes no room on the disk. */
export function putHuge(path: string, bytes: number): void {
  rmSync(path, {recursive: true, force: true});
  writeFileSync(path, '');
  truncateSync(path, bytes);
}
