import type {HeldRun, QueuedRun} from '../../shared/runQueue';

/** The runs that wait for their turn, next first. Nothing of it is kept on disk: what waits is lost on quit. */
export interface RunQueue {
  all(): readonly QueuedRun[];
  add(run: QueuedRun): void;
  /** Answers whether it was there. */
  drop(id: string): boolean;
  /** Puts a run to a place, from 0; a place beyond the end is the end. Answers whether it was there. */
  move(id: string, to: number): boolean;
  /** The first that is not held. */
  next(): QueuedRun | null;
  /** Keeps a run from its turn until the user has decided. */
  hold(id: string, why: HeldRun): void;
}

/** An empty queue; `onChange` is called at each change. */
export function createRunQueue(onChange: (queue: readonly QueuedRun[]) => void): RunQueue {
  let runs: readonly QueuedRun[] = [];
  const change = (next: readonly QueuedRun[]): void => {
    runs = next;
    onChange(runs);
  };
  const has = (id: string): boolean => runs.some((run) => run.id === id);
  return {
    all: () => runs,
    add: (run) => change([...runs, run]),
    drop(id) {
      if (!has(id)) return false;
      change(runs.filter((run) => run.id !== id));
      return true;
    },
    move(id, to) {
      const moved = runs.find((run) => run.id === id);
      if (moved === undefined) return false;
      const others = runs.filter((run) => run.id !== id);
      change([...others.slice(0, to), moved, ...others.slice(to)]);
      return true;
    },
    next: () => runs.find(({held}) => held === null) ?? null,
    hold: (id, held) => change(runs.map((run) => (run.id === id ? {...run, held} : run))),
  };
}
