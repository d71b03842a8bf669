import {randomBytes} from 'node:crypto';
import {mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import * as z from 'zod';
import {parseJson, readRegularFileSync} from '../files/openFile';
import {isAlive} from '../files/processIdentity';

/** The memory of one engine, as a run of one study sees it. */
export interface RoomOfRun {
  /**
   * Holds memory for a job until what it answers is called; null where jobs of other studies leave too little, and then
   * `free` is called once some may have become free.
   */
  take(bytes: number, free: () => void): (() => void) | null;
  /** The same for a job that is under way, whatever is left. */
  hold(bytes: number): () => void;
  /** The run waits for nothing, or is over. */
  leave(): void;
}

/** The memory of all engines that the runs of this user share. */
export type EngineRooms = ReturnType<typeof createEngineRooms>;

/** What a run holds of an engine's memory, and waits for since a time; null where it does not wait. */
const Share = z.object({
  ...{engine: z.string(), held: z.number()},
  ...{wanted: z.number(), since: z.number().nullable()},
});
const Note = z.object({at: z.number(), shares: z.array(Share)});
type Share = z.infer<typeof Share>;
type OwnShare = Share & {free: () => void};

/** From one look at what other processes hold to the next, and how long one may not be heard of before it counts as gone. */
const BEAT_MS = 1000;
const SILENCE_MS = 30_000;

/**
 * Keeps the runs of several studies from taking more memory together than an engine has, those of the same user's other
 * processes on this computer too, by notes in `folder`. Not seen are other users, other computers and what else runs in the
 * engine. One run alone takes what its user has allowed it, and one that waits is not overtaken. `totalBytes` is null while it
 * is not known: then nothing waits.
 */
export function createEngineRooms(folder: string | null) {
  const own = new Set<OwnShare>();
  const notes = folder === null ? null : createNotes(folder);
  let beat: NodeJS.Timeout | null = null;

  const freeAll = (): void => {
    for (const {since, free} of [...own]) if (since !== null) free();
  };
  const publish = (share: OwnShare): void => {
    if (share.held > 0 || share.since !== null) own.add(share);
    else own.delete(share);
    notes?.write([...own]);
    if (own.size === 0 && beat !== null) clearInterval(beat);
    if (own.size === 0) beat = null;
    else
      beat ??= setInterval(() => {
        notes?.write([...own]);
        freeAll();
      }, BEAT_MS);
  };

  return (engine: string, totalBytes: () => number | null): RoomOfRun => {
    const mine: OwnShare = {engine, held: 0, wanted: 0, since: null, free: () => undefined};

    const hold = (bytes: number): (() => void) => {
      mine.held += bytes;
      publish(mine);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        mine.held -= bytes;
        publish(mine);
        freeAll();
      };
    };

    return {
      hold,
      take(bytes, free) {
        const isNew = mine.since === null;
        const now = performance.timeOrigin + performance.now();
        Object.assign(mine, {wanted: bytes, since: mine.since ?? now, free});
        // written before the others are read: of two that ask at once, at least one sees the other
        publish(mine);
        const all = [...own, ...(notes?.read() ?? [])];
        const others = all.filter((each) => each !== mine && each.engine === engine);
        const held = sumOf(others.map((each) => each.held));
        const {since} = mine;
        const isAhead = (other: Share): boolean =>
          other.since !== null && (isNew || since === null || other.since < since);
        const ahead = sumOf(others.filter(isAhead).map(({wanted}) => wanted));
        const total = totalBytes();
        const taken = held + ahead;
        if (total !== null && taken > 0 && mine.held + taken + bytes > total) return null;
        mine.since = null;
        return hold(bytes);
      },
      leave() {
        if (mine.since === null) return;
        mine.since = null;
        publish(mine);
        freeAll();
      },
    };
  };
}

const sumOf = (all: readonly number[]): number => all.reduce((sum, each) => sum + each, 0);

/** What each process holds and waits for, in a file of its own. Without them, in a folder that can't be written, each is alone. */
function createNotes(folder: string) {
  // processes have their numbers in one computer, or container
  const place = `${hostname()} `;
  const file = `${place}${process.pid} ${randomBytes(4).toString('hex')}.json`;
  return {
    write(shares: readonly Share[]): void {
      const path = join(folder, file);
      try {
        if (shares.length === 0) return rmSync(path, {force: true});
        mkdirSync(folder, {recursive: true});
        writeFileSync(`${path}.new`, JSON.stringify({at: Date.now(), shares}));
        renameSync(`${path}.new`, path);
      } catch {
        // memory is then shared within this process alone
      }
    },
    /** Those of other processes. */
    read(): readonly Share[] {
      return namesIn(folder)
        .filter((name) => name.startsWith(place) && name.endsWith('.json') && name !== file)
        .flatMap((name) => {
          const path = join(folder, name);
          try {
            const note = Note.parse(parseJson(readRegularFileSync(path).toString('utf8')));
            const isHeard = Math.abs(Date.now() - note.at) < SILENCE_MS;
            if (isHeard && isAlive(Number.parseInt(name.slice(place.length), 10)))
              return note.shares;
            rmSync(path, {force: true});
          } catch {
            // it has just gone
          }
          return [];
        });
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
