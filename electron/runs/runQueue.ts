import type {HeldRun, QueuedRun} from '../../shared/runQueue';

/** The runs that wait for their turn, next first. Nothing of it is kept on disk: what waits is lost on quit. */
export type RunQueue = ReturnType<typeof createRunQueue>;

/** An empty queue; `onChange` is called at each change. */
export function createRunQueue(onChange: (queue: readonly QueuedRun[]) => void) {
  let runs: readonly QueuedRun[] = [];
  const change = (next: readonly QueuedRun[]): void => {
    runs = next;
    onChange(runs);
  };
  const has = (id: string): boolean => runs.some((run) => run.id === id);
  return {
    all: (): readonly QueuedRun[] => runs,
    add: (run: QueuedRun): void => change([...runs, run]),
    /** Answers whether it was there. */
    drop(id: string): boolean {
      if (!has(id)) return false;
      change(runs.filter((run) => run.id !== id));
      return true;
    },
    /** Puts a run to a place, from 0; a place beyond the end is the end. Answers whether it was there. */
    move(id: string, to: number): boolean {
      const moved = runs.find((run) => run.id === id);
      if (moved === undefined) return false;
      const others = runs.filter((run) => run.id !== id);
      change([...others.slice(0, to), moved, ...others.slice(to)]);
      return true;
    },
    /** The first that is not held. */
    next: (): QueuedRun | null => runs.find(({held}) => held === null) ?? null,
    /** Keeps a run from its turn until the user has decided. */
    hold: (id: string, held: HeldRun): void =>
      change(runs.map((run) => (run.id === id ? {...run, held} : run))),
  };
}
