import {describe, expect, it} from 'vitest';
import {createCoreLoader} from '../../../electron/app/coreLoader';
import type {Core} from '../../../electron/core/core';
import type {EngineStatus, ExecutorKind} from '../../../shared/engine';
import {DEFAULT_SETTINGS} from '../../../shared/settings';
import {fakeCore} from '../../ipc/fakeCore';

const DOWN: EngineStatus = {
  state: 'down',
  trouble: 'stopped',
  message: 'No engine.',
  hint: 'Start one.',
  remedy: null,
};

function loader() {
  let chosen: ExecutorKind = 'docker';
  let created = 0;
  const told: string[] = [];
  const checked: ExecutorKind[] = [];
  const listeners: ((kind: ExecutorKind, status: EngineStatus) => void)[] = [];
  const core: Core = {
    ...fakeCore().core,
    engine: (kind) => (kind === 'process' ? DOWN : {state: 'checking'}),
    checkEngine: async (kind) => {
      checked.push(kind);
      return DOWN;
    },
    onEngineChange: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
  };
  const made = createCoreLoader(
    async () => {
      created += 1;
      return core;
    },
    () => chosen,
    (status) => void told.push(status.state),
  );
  return {
    made,
    told,
    checked,
    created: () => created,
    choose: (kind: ExecutorKind) => {
      chosen = kind;
    },
    change: (kind: ExecutorKind) => {
      for (const listener of listeners) listener(kind, DOWN);
    },
  };
}

describe('the core of the window', () => {
  it('is loaded once, and not before it is asked for', async () => {
    const {made, created} = loader();
    expect(made.loaded()).toBeNull();
    expect(made.engine()).toEqual({state: 'checking'});
    await Promise.all([made.load(), made.load()]);
    expect(created()).toBe(1);
    expect(made.loaded()).not.toBeNull();
  });

  it('tells of the engine that the settings choose, and of no other', async () => {
    const {made, change, told, choose} = loader();
    await made.load();
    change('process');
    expect(told).toEqual([]);
    change('docker');
    choose('process');
    change('process');
    expect(told).toEqual(['down', 'down']);
  });

  it('looks at the other engine once the user has chosen it', async () => {
    const {made, told, checked, choose} = loader();
    await made.load();
    choose('process');
    made.settingsChanged({...DEFAULT_SETTINGS, executor: 'process'}, DEFAULT_SETTINGS);
    expect(told).toEqual(['down']);
    expect(checked).toEqual(['process']);
    made.settingsChanged({...DEFAULT_SETTINGS, cpus: 1}, DEFAULT_SETTINGS);
    expect(checked).toEqual(['process']);
  });

  it('asks no engine before it is loaded', () => {
    const {made, checked} = loader();
    made.lookAtEngines();
    expect(checked).toEqual([]);
  });
});
