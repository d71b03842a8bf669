// Loaded before a program of ours (`--require`): kills it right before the call of the file system with the number
// KILL_AT among those that change something below KILL_BELOW, in any of its threads. Each is counted as a byte of the file
// KILL_COUNT.
import {appendFileSync, statSync} from 'node:fs';
import {open as openNow, type FileHandle} from 'node:fs/promises';
import {createRequire, syncBuiltinESMExports} from 'node:module';
import process from 'node:process';

type Call = (...args: unknown[]) => unknown;

const load = createRequire(__filename);
const fs = load('node:fs') as Record<string, unknown>; // patched by the names of its members
const promises = load('node:fs/promises') as Record<string, unknown>; // as above
/** As it was before. */
const open = openNow;
const {KILL_AT = '0', KILL_BELOW = '', KILL_COUNT = ''} = process.env;

function noteCall(): void {
  appendFileSync(KILL_COUNT, '.');
  if (statSync(KILL_COUNT).size === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL');
}

const isWithin = (path: unknown): boolean =>
  typeof path === 'string' && path.startsWith(KILL_BELOW);

function watched(call: Call): Call {
  return function (this: unknown, ...args) {
    if (args.slice(0, 2).some(isWithin)) noteCall();
    return call.apply(this, args);
  };
}

function watchedHandle(handle: FileHandle): FileHandle {
  const members = handle as unknown as Record<string, Call>; // replaced by name
  for (const name of ['write', 'writeFile', 'appendFile', 'sync', 'truncate', 'close']) {
    const call = members[name];
    if (call !== undefined)
      members[name] = (...args) => {
        noteCall();
        return call.apply(handle, args);
      };
  }
  return handle;
}

const CHANGING = [
  'rename',
  'link',
  'symlink',
  'mkdir',
  'rm',
  'unlink',
  'copyFile',
  'utimes',
  'chmod',
  'writeFile',
];
for (const name of CHANGING) promises[name] = watched(promises[name] as Call); // functions, all of them
for (const name of ['renameSync', 'mkdirSync', 'rmSync', 'unlinkSync', 'writeFileSync', 'linkSync'])
  fs[name] = watched(fs[name] as Call); // as above

promises['open'] = async (...args: Parameters<typeof open>): Promise<FileHandle> => {
  const writes = typeof args[1] === 'string' && args[1] !== 'r' && isWithin(args[0]);
  if (writes) noteCall();
  const handle = await open(...args);
  return writes ? watchedHandle(handle) : handle;
};
syncBuiltinESMExports();
