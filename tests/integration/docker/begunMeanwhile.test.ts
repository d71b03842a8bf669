import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {beforeAll, expect, it} from 'vitest';
import {ensureTestImages} from '../../../build/testImages.mjs';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {changesOf, exitOf, never, specOf, studyWith} from '../../contract/jobOf';
import {disguisedEngine} from './disguisedEngine';

const IDS = {runId: 'begunmeanwhile', studyId: '5f0c2f6e-begun-meanwhile'};

beforeAll(() => ensureTestImages(), 900_000);

it('follows a job that begins while it is looked for, as the last request of a killed process lets it', async () => {
  const study = await studyWith({'main.py': 'open("new.csv", "w").write("new")\n'});
  const killed = createDockerEngine().executor;
  const engine = await disguisedEngine({
    async before(method, url) {
      const [, id] = /\/containers\/([0-9a-f]{64})\?/u.exec(url) ?? [];
      // the engine comes to the start just before the removal
      if (method === 'DELETE' && id !== undefined && !url.includes('force'))
        await promisify(execFile)('docker', ['start', id]);
    },
  });
  const next = createDockerEngine({host: engine.host}).executor;
  try {
    const spec = await specOf(study.dir, {
      args: ['python', 'main.py'],
      patterns: [],
      inputs: [],
      ...IDS,
    });
    const prepared = await killed.prepare(spec, never);
    expect(prepared.ok).toBe(true);
    const found = await next.recover(IDS.studyId);
    if (!found.ok) throw new Error(found.error.message);
    const [job] = found.value;
    if (job === undefined) throw new Error('The job was not found.');
    expect((await exitOf(job)).exitCode).toBe(0);
    expect((await changesOf(job)).files).toEqual({'new.csv': 3});
    await job.remove();
    expect(await next.recover(IDS.studyId)).toEqual({ok: true, value: []});
  } finally {
    await killed.removeRun(IDS.studyId, IDS.runId);
    await Promise.all([killed.close(), next.close(), engine.close(), study.remove()]);
  }
});
