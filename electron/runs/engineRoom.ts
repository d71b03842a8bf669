/** The memory of one engine, as a run of one study sees it. */
export interface RoomOfRun {
  /**
   * Holds memory for a job until what it answers is called; null where jobs of other studies leave too little, and then
   * `free` is called once some has become free.
   */
  take(bytes: number, free: () => void): (() => void) | null;
  /** The same for a job that is under way, whatever is left. */
  hold(bytes: number): () => void;
  /** The run is over: it waits for nothing. */
  leave(): void;
}

/** The memory of all engines that the runs of one process share. */
export type EngineRooms = ReturnType<typeof createEngineRooms>;

interface Room {
  /** Bytes held by each run that holds any. */
  readonly held: Map<symbol, number>;
  /** Runs that wait, the first first, and for how much. */
  readonly waiting: Map<symbol, {readonly bytes: number; readonly free: () => void}>;
}

/**
 * Keeps the runs of several studies from taking more memory together than an engine has. One run alone takes what its user
 * has allowed it, and one that waits is not overtaken. `totalBytes` is null while it is not known: then nothing waits.
 */
export function createEngineRooms() {
  const rooms = new Map<string, Room>();

  return (engine: string, totalBytes: () => number | null): RoomOfRun => {
    const room: Room = rooms.get(engine) ?? {held: new Map(), waiting: new Map()};
    rooms.set(engine, room);
    const {held, waiting} = room;
    const run = Symbol(engine);

    const hold = (bytes: number): (() => void) => {
      held.set(run, (held.get(run) ?? 0) + bytes);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (held.get(run) ?? 0) - bytes;
        if (left > 0) held.set(run, left);
        else held.delete(run);
        for (const {free} of [...waiting.values()]) free();
      };
    };

    return {
      hold,
      take(bytes, free) {
        const all = [...held.values()].reduce((sum, each) => sum + each, 0);
        const others = all - (held.get(run) ?? 0);
        const [first] = waiting.keys();
        const ahead = first === undefined || first === run ? 0 : (waiting.get(first)?.bytes ?? 0);
        const total = totalBytes();
        const fits = total === null || all === 0 || all + bytes + ahead <= total;
        if (!fits && (others > 0 || ahead > 0)) {
          waiting.set(run, {bytes, free});
          return null;
        }
        waiting.delete(run);
        return hold(bytes);
      },
      leave() {
        waiting.delete(run);
        for (const {free} of [...waiting.values()]) free();
      },
    };
  };
}
