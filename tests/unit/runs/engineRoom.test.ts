import {spawnSync} from 'node:child_process';
import {readdir, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createEngineRooms} from '../../../electron/runs/engineRoom';
import {folderOfFile} from '../../temporary';

const GB = 1024 ** 3;
const never = (): void => undefined;

describe('the memory of an engine', () => {
  const roomsOf = (total: number | null) => {
    const rooms = createEngineRooms(null);
    return () => rooms('docker', () => (total === null ? null : total * GB));
  };

  it('is all of one run’s, as far as its user allows, and is shared with others that fit', () => {
    const room = roomsOf(8);
    const [one, other] = [room(), room()];
    expect(one.take(4 * GB, never)).not.toBeNull();
    expect(other.take(4 * GB, never)).not.toBeNull();
    expect(other.take(4 * GB, never)).toBeNull();
    const alone = roomsOf(8)();
    for (let job = 0; job < 3; job += 1) expect(alone.take(4 * GB, never)).not.toBeNull();
  });

  it('comes free at the end of a job, once, for whoever waits', () => {
    const room = roomsOf(8);
    const [one, other] = [room(), room()];
    const giveBack = one.take(6 * GB, never);
    let freed = 0;
    expect(other.take(4 * GB, () => (freed += 1))).toBeNull();
    giveBack?.();
    giveBack?.();
    expect(freed).toBe(1);
    expect(other.take(4 * GB, never)).not.toBeNull();
  });

  it('is kept for the run that waits: the one that holds it does not overtake', () => {
    const room = roomsOf(8);
    const [one, other] = [room(), room()];
    const first = one.take(4 * GB, never);
    const second = one.take(2 * GB, never);
    expect(other.take(8 * GB, never)).toBeNull();
    first?.();
    expect(one.take(4 * GB, never)).toBeNull();
    second?.();
    expect(other.take(8 * GB, never)).not.toBeNull();
  });

  it('is not kept for a run that was stopped while it waited', () => {
    const room = roomsOf(8);
    const [one, other] = [room(), room()];
    one.take(4 * GB, never);
    expect(other.take(8 * GB, never)).toBeNull();
    other.leave();
    expect(one.take(4 * GB, never)).not.toBeNull();
  });

  it('lets a job that is larger than the engine run by itself, and nothing wait while the size is not known', () => {
    expect(roomsOf(2)().take(4 * GB, never)).not.toBeNull();
    const room = roomsOf(null);
    for (let run = 0; run < 3; run += 1) expect(room().take(100 * GB, never)).not.toBeNull();
  });

  describe('in several processes', () => {
    const folder = folderOfFile();
    const names = (): Promise<readonly string[]> => readdir(folder);

    it('is shared, for whoever waited first, and no note of it is left behind', async () => {
      const [one, other, third] = [0, 1, 2].map(() =>
        createEngineRooms(folder)('docker', () => 8 * GB),
      );
      const apart = createEngineRooms(folder)('podman', () => 8 * GB);
      const giveBack = one?.take(6 * GB, never);
      let freed = 0;
      expect(other?.take(4 * GB, () => (freed += 1))).toBeNull();
      expect(third?.take(1 * GB, never)).toBeNull();
      apart.take(8 * GB, never)?.();
      giveBack?.();
      await expect.poll(() => freed).toBeGreaterThan(0);
      const others = other?.take(4 * GB, never);
      const thirds = third?.take(4 * GB, never);
      others?.();
      thirds?.();
      expect(await names()).toEqual([]);
    });

    it('is not held by one that is gone, or that is not heard of', async () => {
      const gone = spawnSync(process.execPath, ['-e', '']).pid;
      const shares = [{engine: 'docker', held: 8 * GB, wanted: 0, since: null}];
      const write = (pid: number, at: number) =>
        writeFile(join(folder, `${hostname()} ${pid} a.json`), JSON.stringify({at, shares}));
      const room = createEngineRooms(folder)('docker', () => 8 * GB);
      await write(process.pid, Date.now());
      expect(room.take(GB, never)).toBeNull();
      await write(process.pid, Date.now() - 3_600_000);
      await write(gone, Date.now());
      room.take(GB, never)?.();
      expect(await names()).toEqual([]);
    });
  });
});
