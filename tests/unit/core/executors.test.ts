import {expect, it} from 'vitest';
import {createEnginePool} from '../../../electron/core/engines/executors';
import type {Engine} from '../../../electron/executor/executor';
import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {createFakeEngine} from '../../fakeEngine';

function pool() {
  const made: (string | null)[] = [];
  let chosen: string | null = null;
  const engines = new Map<string | null, Engine>();
  const all = createEnginePool({
    docker(name) {
      made.push(name);
      const engine = createFakeEngine(() => ({files: {}}));
      engines.set(name, engine);
      return engine;
    },
    process: () => createFakeEngine(() => ({files: {}})),
  });
  return {
    made,
    engines,
    pool: all,
    executors: all.executors(() => chosen),
    choose: (name: string | null) => {
      chosen = name;
    },
  };
}

const options = DEFAULT_RUN_OPTIONS;

it('the executors of a study are those of the engine that is chosen now, each made once', () => {
  const {executors, choose, made, engines} = pool();
  expect(executors.of('docker')).toBe(engines.get(null)?.executor);
  choose('podman');
  expect(executors.of('docker')).toBe(engines.get('podman')?.executor);
  expect(executors.imagesOf('docker')).toBe(engines.get('podman')?.imageStore);
  choose(null);
  executors.of('docker');
  expect(made).toEqual([null, 'podman']);
});

it('the executors of a study look for a run in the engine it was begun in, whatever has been chosen since', () => {
  const {executors, choose, engines} = pool();
  choose('podman');
  expect(executors.ofRun({options, engine: 'docker'})).toBe(engines.get('docker')?.executor);
  expect(executors.ofRun({options})).toBe(engines.get(null)?.executor);
});

it('the executors of a study hear of their own engine, and of no other', async () => {
  const {pool: all, executors, choose} = pool();
  const heard: string[] = [];
  executors.onChange((kind) => void heard.push(kind));
  choose('podman');
  await all.executors(() => 'docker').check('docker');
  expect(heard).toEqual([]);
  await executors.check('docker');
  expect(heard).toEqual(['docker']);
  expect(executors.status('docker').state).toBe('ready');
});
