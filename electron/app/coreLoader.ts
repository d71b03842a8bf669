import type {EngineStatus, ExecutorKind} from '../../shared/engine';
import type {Settings} from '../../shared/settings';
import type {Core} from '../core/core';

/** The core, loaded once and not before it is first asked for, so that the first window waits for none of it. */
export type CoreLoader = ReturnType<typeof createCoreLoader>;

/** Loads the core with `create`; checks the engine that the settings choose, and of no other. */
export function createCoreLoader(
  create: () => Promise<Core>,
  chosen: () => ExecutorKind,
  engineChanged: (status: EngineStatus) => void,
) {
  let loading: Promise<Core> | null = null;
  let loaded: Core | null = null;

  function load(): Promise<Core> {
    loading ??= create().then((core) => {
      loaded = core;
      core.onEngineChange((kind, status) => {
        if (kind === chosen()) engineChanged(status);
      });
      return core;
    });
    return loading;
  }

  return {
    load,
    /** The core if it has been loaded. */
    loaded: (): Core | null => loaded,
    /** Last known state of the engine that the settings choose. */
    engine: (): EngineStatus => loaded?.engine(chosen()) ?? {state: 'checking'},
    /** Asks the engines in use how they are; windows hear of it where that has changed. */
    lookAtEngines(): void {
      loaded?.lookAtEngines();
    },
    /** Looks at the other engine once the user has chosen it. */
    settingsChanged(settings: Settings, before: Settings): void {
      if (loaded === null) return;
      if (settings.executor === before.executor && settings.engine === before.engine) return;
      engineChanged(loaded.engine(settings.executor));
      void loaded.checkEngine(settings.executor);
    },
  };
}
