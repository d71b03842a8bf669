// Loaded into a process of Study Desk before all else (`node --require`): counts its calls that write below a folder,
// and at one of them kills the process, or lets that one or all from it on fail. Each thread counts its own.
import fs from 'node:fs';
import {isMainThread} from 'node:worker_threads';
import * as z from 'zod';

/** The variable of the environment that holds a fault as JSON; without it nothing is another than it was. */
export const FAULT_VARIABLE = 'STUDY_DESK_TEST_FAULT';

const WriteFault = z.object({
  /** `tear` kills amid the write, `fail` is one call without room on the disk, `full` all from that one on. */
  kind: z.enum(['count', 'kill', 'tear', 'fail', 'full']),
  /** Absolute; only calls below it count. */
  folder: z.string(),
  /** Whose call, and which, from 1. */
  of: z.enum(['main', 'worker']),
  at: z.number(),
  /** Where `count` writes how many there were, `.main` and `.worker` after it, and a fault that came is noted, `.met` after it. */
  countFile: z.string(),
});
/** What happens to a process at one of its writes. */
export type WriteFault = z.infer<typeof WriteFault>;

const given = process.env[FAULT_VARIABLE];
const fault = given === undefined ? null : WriteFault.parse(JSON.parse(given));
const thread = isMainThread ? 'main' : 'worker';
const writeCount = fs.writeFileSync.bind(fs);
let calls = 0;

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** Calls that only take room away or back; a full disk lets them through. */
const FREEING: ReadonlySet<string> = new Set([
  'rm',
  'rmSync',
  'unlink',
  'rmdir',
  'rename',
  'renameSync',
]);

function below(folder: string, args: readonly unknown[]): boolean {
  return args.some((arg) => typeof arg === 'string' && arg.startsWith(`${folder}/`));
}

/** What is to happen at this call, which is counted. */
function meet({kind, at, of, countFile}: WriteFault, name: string): 'fail' | 'tear' | null {
  calls += 1;
  if (kind === 'count') writeCount(`${countFile}.${thread}`, String(calls));
  if (of !== thread || calls < at) return null;
  if (kind === 'full') return FREEING.has(name) ? null : 'fail';
  if (calls > at) return null;
  if (kind === 'tear') return 'tear';
  if (kind === 'kill') process.kill(process.pid, 'SIGKILL');
  return kind === 'fail' ? 'fail' : null;
}

function noSpace(name: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), {code: 'ENOSPC'});
}

/** The first half of what a call is to write. */
function half(data: unknown): unknown {
  if (typeof data === 'string') return data.slice(0, Math.floor(data.length / 2));
  return Buffer.isBuffer(data) ? data.subarray(0, Math.floor(data.length / 2)) : data;
}

/** Puts a call in place of one of an object; `concerns` tells whether it writes below the folder. */
function replace(
  target: object,
  name: string,
  dataAt: number,
  concerns: (self: unknown, args: readonly unknown[]) => boolean,
): void {
  const found: unknown = Reflect.get(target, name);
  if (typeof found !== 'function' || fault === null) return;
  const original = found as Call; // it is a function of the module
  const isAsync = !name.endsWith('Sync');
  const call: Call = function (...args) {
    if (!concerns(this, args)) return original.apply(this, args);
    const met = meet(fault, name);
    if (met === null) return original.apply(this, args);
    writeCount(`${fault.countFile}.met`, name);
    if (met === 'fail') {
      if (isAsync) return Promise.reject(noSpace(name));
      throw noSpace(name);
    }
    const torn = args.map((arg, index) => (index === dataAt ? half(arg) : arg));
    const end = (): void => void process.kill(process.pid, 'SIGKILL');
    if (dataAt < 0) return end();
    // the length that `write` is given beside its buffer goes with that
    const result = original.apply(this, name === 'write' ? torn.slice(0, 1) : torn);
    return isAsync ? (result as Promise<unknown>).then(end) : end();
  };
  Reflect.set(target, name, call);
}

/** Files that were opened below the folder. */
const opened = new WeakSet<object>();
let handlesDone = false;

function replaceHandleCalls(handle: object): void {
  opened.add(handle);
  if (handlesDone) return;
  handlesDone = true;
  const prototype: unknown = Object.getPrototypeOf(handle);
  if (typeof prototype !== 'object' || prototype === null) return;
  const isOurs = (self: unknown): boolean =>
    typeof self === 'object' && self !== null && opened.has(self);
  for (const name of ['write', 'writeFile', 'appendFile']) replace(prototype, name, 0, isOurs);
  for (const name of ['truncate', 'sync', 'datasync']) replace(prototype, name, -1, isOurs);
}

function install({folder}: WriteFault): void {
  const inFolder = (_self: unknown, args: readonly unknown[]): boolean => below(folder, args);
  for (const target of [fs.promises, fs]) {
    const ending = target === fs ? 'Sync' : '';
    for (const name of ['writeFile', 'appendFile'])
      replace(target, `${name}${ending}`, 1, inFolder);
    for (const name of ['rename', 'rm', 'unlink', 'link', 'symlink', 'mkdir', 'rmdir', 'copyFile'])
      replace(target, `${name}${ending}`, -1, inFolder);
  }
  const writes = (_self: unknown, [file, flags]: readonly unknown[]): boolean =>
    below(folder, [file]) && typeof flags === 'string' && !/^rs?$/u.test(flags);
  replace(fs.promises, 'open', -1, writes);
  const open = fs.promises.open;
  const openNoted: typeof open = async (file, flags, mode) => {
    const handle = await open(file, flags, mode);
    if (writes(null, [file, flags])) replaceHandleCalls(handle);
    return handle;
  };
  Reflect.set(fs.promises, 'open', openNoted);
}

if (fault !== null) install(fault);
