import type {EngineStatus, ExecutorKind} from '../../../shared/engine';
import type {RunRecord} from '../../../shared/run';
import type {Engine, EngineHost, EngineStock, Executor, ImageStore} from '../../executor/executor';
import type {Tools} from '../../executor/tools';

/** What of a run says where its jobs are. */
type BegunRun = Pick<RunRecord, 'options' | 'engine'>;

/** The executors of one study, or of the application beside its studies, with what was last known of them. */
export interface Executors {
  /** As they are chosen now. */
  of(kind: ExecutorKind): Executor;
  imagesOf(kind: ExecutorKind): ImageStore;
  stockOf(kind: ExecutorKind): EngineStock;
  toolsOf(kind: ExecutorKind): Tools;
  hostOf(kind: ExecutorKind): EngineHost;
  status(kind: ExecutorKind): EngineStatus;
  check(kind: ExecutorKind): Promise<EngineStatus>;
  /** Where a run was begun, whatever engine has been chosen since. */
  ofRun(run: BegunRun): Executor;
  checkRun(run: BegunRun): Promise<EngineStatus>;
  onChange(listener: (kind: ExecutorKind, status: EngineStatus) => void): () => void;
}

/** All executors of the application, each made when it is first needed. */
export type EnginePool = ReturnType<typeof createEnginePool>;

/** How each executor is made. */
export interface MakeEngines {
  readonly docker: (name: string | null) => Engine;
  readonly process: () => Engine;
}

/** An engine among the others: its kind, and its name where it was chosen by one. */
type Key = 'process' | 'docker' | `docker ${string}`;

/** How long an engine may take to answer before it counts as down. */
const ANSWER_MS = 15_000;

const KINDS = ['docker', 'process'] as const;

/** The name an engine that answers is chosen by; null where it has none. */
export function engineNameOf(status: EngineStatus): string | null {
  return status.state === 'ready' ? (status.engine ?? null) : null;
}

/** Keeps executors, and reports when their states change. */
export function createEnginePool(make: MakeEngines) {
  const made = new Map<Key, Engine>();
  const known = new Map<Key, EngineStatus>();
  const checking = new Map<Key, Promise<EngineStatus>>();
  const listeners = new Set<(key: Key, status: EngineStatus) => void>();

  const engineOf = (key: Key): Engine => {
    const name = key.startsWith('docker ') ? key.slice('docker '.length) : null;
    const engine = made.get(key) ?? (key === 'process' ? make.process() : make.docker(name));
    made.set(key, engine);
    return engine;
  };

  const ask = async (key: Key): Promise<EngineStatus> => {
    let status: EngineStatus;
    try {
      status = await engineOf(key).executor.status(AbortSignal.timeout(ANSWER_MS));
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const message = 'The engine did not respond.';
      status = {state: 'down', trouble: 'unreachable', message, hint: detail, remedy: null};
    }
    const changed = JSON.stringify(known.get(key)) !== JSON.stringify(status);
    known.set(key, status);
    if (changed) for (const listener of listeners) listener(key, status);
    return status;
  };

  const check = (key: Key): Promise<EngineStatus> => {
    const current = checking.get(key);
    if (current !== undefined) return current;
    const asked = ask(key).finally(() => checking.delete(key));
    checking.set(key, asked);
    return asked;
  };

  return {
    /** Those of a study; `chosen` gives the name of its container engine as it is now, null for any that is found. */
    executors(chosen: () => string | null): Executors {
      const keyOf = (kind: ExecutorKind): Key => (kind === 'process' ? kind : named(chosen()));
      const keyOfRun = ({options, engine}: BegunRun): Key =>
        options.executor === 'process' ? 'process' : named(engine ?? null);
      return {
        of: (kind) => engineOf(keyOf(kind)).executor,
        imagesOf: (kind) => engineOf(keyOf(kind)).imageStore,
        stockOf: (kind) => engineOf(keyOf(kind)).stock,
        toolsOf: (kind) => engineOf(keyOf(kind)).tools,
        hostOf: (kind) => engineOf(keyOf(kind)).host,
        status: (kind) => known.get(keyOf(kind)) ?? {state: 'checking'},
        check: (kind) => check(keyOf(kind)),
        ofRun: (run) => engineOf(keyOfRun(run)).executor,
        checkRun: (run) => check(keyOfRun(run)),
        onChange(listener) {
          const heard = (key: Key, status: EngineStatus): void => {
            for (const kind of KINDS) if (keyOf(kind) === key) listener(kind, status);
          };
          listeners.add(heard);
          return () => listeners.delete(heard);
        },
      };
    },
    /** Asks every engine that is in use how it is. */
    lookAgain(): void {
      for (const key of made.keys()) void check(key);
    },
    async close(): Promise<void> {
      await Promise.all([...new Set(made.values())].map(({executor}) => executor.close()));
    },
  };
}

function named(engine: string | null): Key {
  return engine === null ? 'docker' : `docker ${engine}`;
}
