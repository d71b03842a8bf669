import {beforeEach, describe, expect, it} from 'vitest';
import type {EngineStatus} from '../../shared/engine';
import {DEFAULT_RUN_OPTIONS} from '../../shared/run';
import {createSampleExecutor} from '../../electron/ipc/sampleExecutor';
import {someJob} from '../unit/runs/someJob';
import {fakeCore, fakeStudy} from './fakeCore';

const options = DEFAULT_RUN_OPTIONS;
const READY: EngineStatus = {
  state: 'ready',
  name: 'Docker',
  platform: 'linux/amd64',
  cpus: 2,
  memoryBytes: 1,
};
const DOWN: EngineStatus = {
  state: 'down',
  trouble: 'stopped',
  message: 'No engine.',
  hint: 'Start one.',
  remedy: null,
};

const study = (dir: string, engine: EngineStatus) =>
  fakeStudy(dir, {engines: {check: async () => engine}});

describe('where the sample study runs', () => {
  let executor = createSampleExecutor(async () => fakeCore().core);
  beforeEach(() => {
    executor = createSampleExecutor(async () => fakeCore().core);
  });

  it('is the engine, where one answers', async () => {
    expect(await executor.optionsFor(study('/s/sample', READY), options)).toBe(options);
  });

  it("is the computer's own Python, where none does", async () => {
    const chosen = await executor.optionsFor(study('/s/sample', DOWN), options);
    expect(chosen).toEqual({...options, executor: 'process'});
  });

  it("is the computer's own Python, once its image could not be had", async () => {
    const lacking = study('/s/sample', READY);
    await executor.optionsFor(lacking, options);
    lacking.emit({
      kind: 'run-event',
      event: {
        event: 'finished',
        runId: 'r',
        outcome: 'failed',
        cancelled: false,
        error: null,
        jobs: [someJob('count', {statusCode: 'internal_error', state: 'failed'})],
      },
    });
    expect((await executor.optionsFor(lacking, options)).executor).toBe('process');
  });

  it('is no matter for other studies: they run where they are told to', async () => {
    expect(await executor.optionsFor(study('/s/asthma', DOWN), options)).toBe(options);
  });
});
