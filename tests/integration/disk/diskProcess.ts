// A process of its own that is a disk: `diskProcess FOLDER IMAGE JOURNAL`. It mounts a file system of one file, `disk`, at
// FOLDER, whose bytes are those of IMAGE, by the protocol of Linux's FUSE. Over IPC it is asked to be slow, to fail, or to
// note each write in JOURNAL. It is no part of the process that uses the disk, which would wait for itself.
import {spawnSync} from 'node:child_process';
import {fstatSync, fsyncSync, openSync, read, readSync, writeSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import type {DiskAnswer, DiskOrder, DiskStep} from './faultyDisk';

const OPCODES = {
  ...{lookup: 1, forget: 2, getattr: 3, setattr: 4, open: 14, read: 15, write: 16, statfs: 17},
  ...{release: 18, fsync: 20, flush: 25, init: 26, opendir: 27, access: 34, interrupt: 36},
  ...{destroy: 38, forgetMany: 42, fallocate: 43},
} as const;

const ENOENT = 2;
const EIO = 5;
const ENOSYS = 38;
const EOPNOTSUPP = 95;

const FILE_NODE = 2n;
const IN_HEADER = 40;
const OUT_HEADER = 16;
const MOST_WRITTEN = 128 * 1024;

const [folder = '', imageFile = '', journalFile = ''] = process.argv.slice(2);
const image = openSync(imageFile, 'r+');
const journal = openSync(journalFile, 'w');
const size = fstatSync(image).size;
const fuse = openSync('/dev/fuse', 'r+');

let order: DiskOrder = {delayMs: 0, failing: 'nothing', noting: false};
const steps: DiskStep[] = [];
let noted = 0;

function attributes(node: bigint): Buffer {
  const isFile = node === FILE_NODE;
  const out = Buffer.alloc(88);
  out.writeBigUInt64LE(node, 0);
  out.writeBigUInt64LE(BigInt(isFile ? size : 0), 8);
  out.writeUInt32LE(isFile ? 0o100600 : 0o040700, 60);
  out.writeUInt32LE(1, 64);
  out.writeUInt32LE(4096, 80);
  return out;
}

/** The answer of a system call that failed. */
class SystemFault extends Error {
  constructor(readonly code: number) {
    super(`error ${code}`);
  }
}

function initialise(): Buffer {
  const out = Buffer.alloc(64);
  // version 7.31; large writes, and several at a time
  out.writeUInt32LE(7, 0);
  out.writeUInt32LE(31, 4);
  out.writeUInt32LE(MOST_WRITTEN, 8);
  out.writeUInt32LE((1 << 0) | (1 << 5) | (1 << 15), 12);
  out.writeUInt16LE(16, 16);
  out.writeUInt16LE(12, 18);
  out.writeUInt32LE(MOST_WRITTEN, 20);
  out.writeUInt32LE(1, 24);
  return out;
}

function lookUp(name: string): Buffer {
  if (name !== 'disk') throw new SystemFault(ENOENT);
  const out = Buffer.alloc(40);
  out.writeBigUInt64LE(FILE_NODE, 0);
  return Buffer.concat([out, attributes(FILE_NODE)]);
}

/** Without the kernel's memory in between: what is written is seen here at once. */
function opened(): Buffer {
  const out = Buffer.alloc(16);
  out.writeUInt32LE(1, 8);
  return out;
}

function readAt(offset: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  return out.subarray(0, readSync(image, out, 0, bytes, offset));
}

function writeAt(offset: number, data: Buffer): Buffer {
  writeSync(image, data, 0, data.length, offset);
  if (order.noting) {
    writeSync(journal, data, 0, data.length, noted);
    steps.push({offset, bytes: data.length, at: noted});
    noted += data.length;
  }
  const out = Buffer.alloc(8);
  out.writeUInt32LE(data.length, 0);
  return out;
}

function flush(): Buffer {
  if (order.noting) steps.push('flush');
  return Buffer.alloc(0);
}

async function faulty(writes: boolean): Promise<void> {
  const {delayMs, failing} = order;
  if (delayMs > 0) await delay(delayMs);
  // a fault that was ordered over the delay counts
  if (failing === 'everything' || (writes && failing === 'writes')) throw new SystemFault(EIO);
}

/** What a request is answered with; null for those that get no answer. */
async function answer(opcode: number, node: bigint, body: Buffer): Promise<Buffer | null> {
  switch (opcode) {
    case OPCODES.init:
      return initialise();
    case OPCODES.lookup:
      return lookUp(body.subarray(0, body.indexOf(0)).toString());
    case OPCODES.getattr:
    case OPCODES.setattr:
      return Buffer.concat([Buffer.alloc(16), attributes(node)]);
    case OPCODES.open:
    case OPCODES.opendir:
      return opened();
    case OPCODES.read:
      await faulty(false);
      return readAt(Number(body.readBigUInt64LE(8)), body.readUInt32LE(16));
    case OPCODES.write:
      await faulty(true);
      return writeAt(
        Number(body.readBigUInt64LE(8)),
        body.subarray(40, 40 + body.readUInt32LE(16)),
      );
    case OPCODES.fsync:
      await faulty(true);
      return flush();
    case OPCODES.statfs:
      return Buffer.alloc(80);
    case OPCODES.release:
    case OPCODES.flush:
    case OPCODES.access:
    case OPCODES.destroy:
      return Buffer.alloc(0);
    case OPCODES.forget:
    case OPCODES.forgetMany:
    case OPCODES.interrupt:
      return null;
    case OPCODES.fallocate:
      throw new SystemFault(EOPNOTSUPP);
    default:
      throw new SystemFault(ENOSYS);
  }
}

function send(unique: bigint, error: number, body: Buffer): void {
  const out = Buffer.alloc(OUT_HEADER + body.length);
  out.writeUInt32LE(out.length, 0);
  out.writeInt32LE(-error, 4);
  out.writeBigUInt64LE(unique, 8);
  body.copy(out, OUT_HEADER);
  writeSync(fuse, out);
}

async function serve(request: Buffer): Promise<void> {
  const unique = request.readBigUInt64LE(8);
  try {
    const node = request.readBigUInt64LE(16);
    const body = await answer(request.readUInt32LE(4), node, request.subarray(IN_HEADER));
    if (body !== null) send(unique, 0, body);
  } catch (error) {
    if (!(error instanceof SystemFault)) throw error;
    send(unique, error.code, Buffer.alloc(0));
  }
}

function listen(): void {
  const buffer = Buffer.allocUnsafeSlow(MOST_WRITTEN + 64 * 1024);
  read(fuse, buffer, 0, buffer.length, null, (error, bytes) => {
    // unmounted
    if (error?.code === 'ENODEV') process.exit(0);
    if (error === null) void serve(buffer.subarray(0, bytes));
    listen();
  });
}

function mount(): void {
  const options = `fd=3,rootmode=40000,user_id=0,group_id=0,allow_other`;
  // the file system has to be answered before `mount` ends only where it is looked at; the helper of fuse is not needed
  const {status, stderr} = spawnSync(
    'mount',
    ['-i', '-t', 'fuse', '-o', options, 'study-desk-disk', folder],
    {stdio: ['ignore', 'ignore', 'pipe', fuse], encoding: 'utf8'},
  );
  if (status !== 0) throw new Error(`mount: ${stderr}`);
}

process.on('message', (next: DiskOrder) => {
  order = next;
  const said: DiskAnswer = {position: steps.length, steps: next.noting ? [] : steps};
  process.send?.(said);
});
process.on('disconnect', () => process.exit(0));

mount();
listen();
fsyncSync(image);
process.send?.({position: 0, steps: []} satisfies DiskAnswer);
