import {describe, expect, it} from 'vitest';
import type {EngineStatus} from '../../shared/engine';
import {createSampleExecutor} from '../../electron/ipc/sampleExecutor';
import {someJob} from '../unit/runs/someJob';
import {fakeCore, fakeStudy} from './fakeCore';
import {REQUEST_EXAMPLES} from './requestExamples';

const {options} = REQUEST_EXAMPLES['plan:prepare'];
const READY: EngineStatus = {
  state: 'ready',
  name: 'Docker',
  platform: 'linux/amd64',
  cpus: 2,
  memoryBytes: 1,
};
const DOWN: EngineStatus = {state: 'down', message: 'No engine.', hint: 'Start one.'};

function choice(engine: EngineStatus) {
  const core = {...fakeCore().core, checkEngine: async () => engine};
  return createSampleExecutor(async () => core);
}

describe('where the sample study runs', () => {
  it('is the engine, where one answers', async () => {
    expect(await choice(READY).optionsFor(fakeStudy('/s/sample'), options)).toBe(options);
  });

  it("is the computer's own Python, where none does", async () => {
    const chosen = await choice(DOWN).optionsFor(fakeStudy('/s/sample'), options);
    expect(chosen).toEqual({...options, executor: 'process'});
  });

  it("is the computer's own Python, once its image could not be had", async () => {
    const study = fakeStudy('/s/sample');
    const executor = choice(READY);
    await executor.optionsFor(study, options);
    study.emit({
      kind: 'run-event',
      event: {
        event: 'finished',
        runId: 'r',
        succeeded: false,
        cancelled: false,
        error: null,
        jobs: [someJob('count', {statusCode: 'internal_error', state: 'failed'})],
      },
    });
    expect((await executor.optionsFor(study, options)).executor).toBe('process');
  });

  it('is no matter for other studies: they run where they are told to', async () => {
    expect(await choice(DOWN).optionsFor(fakeStudy('/s/asthma'), options)).toBe(options);
  });
});
