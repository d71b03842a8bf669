import type {EngineStatus, ExecutorKind} from '../../shared/engine';
import type {Engine, Executor, ImageStore} from '../engine/executor';

/** The executors with what was last known of them. */
export interface Executors {
  of(kind: ExecutorKind): Executor;
  imagesOf(kind: ExecutorKind): ImageStore;
  status(kind: ExecutorKind): EngineStatus;
  check(kind: ExecutorKind): Promise<EngineStatus>;
  onChange(listener: (kind: ExecutorKind, status: EngineStatus) => void): () => void;
  close(): Promise<void>;
}

/** How long an engine may take to answer before it counts as down. */
const ANSWER_MS = 15_000;

/** Keeps executors, each made when it is first needed, and tells when their state changes. */
export function createExecutors(make: Readonly<Record<ExecutorKind, () => Engine>>): Executors {
  const made = new Map<ExecutorKind, Engine>();
  const known = new Map<ExecutorKind, EngineStatus>();
  const checking = new Map<ExecutorKind, Promise<EngineStatus>>();
  const listeners = new Set<(kind: ExecutorKind, status: EngineStatus) => void>();

  const engineOf = (kind: ExecutorKind): Engine => {
    const engine = made.get(kind) ?? make[kind]();
    made.set(kind, engine);
    return engine;
  };

  const ask = async (kind: ExecutorKind): Promise<EngineStatus> => {
    let status: EngineStatus;
    try {
      status = await engineOf(kind).executor.status(AbortSignal.timeout(ANSWER_MS));
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      status = {state: 'down', message: 'The engine could not be asked.', hint: detail};
    }
    const changed = JSON.stringify(known.get(kind)) !== JSON.stringify(status);
    known.set(kind, status);
    if (changed) for (const listener of listeners) listener(kind, status);
    return status;
  };

  return {
    of: (kind) => engineOf(kind).executor,
    imagesOf: (kind) => engineOf(kind).imageStore,
    status: (kind) => known.get(kind) ?? {state: 'checking'},
    check(kind) {
      const current = checking.get(kind);
      if (current !== undefined) return current;
      const asked = ask(kind).finally(() => checking.delete(kind));
      checking.set(kind, asked);
      return asked;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.all([...made.values()].map(({executor}) => executor.close()));
    },
  };
}
