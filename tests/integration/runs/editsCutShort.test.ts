import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createEditBench, noCutting, type EditBench} from './editPoints';

const reason = noCutting();

describe.skipIf(reason !== null)(
  `a change of project.yaml, settings or limits (${reason ?? 'real calls'})`,
  () => {
    let bench: EditBench;

    beforeAll(async () => {
      bench = await createEditBench();
    });

    afterAll(() => bench.close());

    it('that is killed before it puts a file in its place leaves the old one, and nothing beside', async () => {
      for (const nth of [1, 2])
        expect(await bench.cutShort('rename', nth, 'signal=KILL')).toBe(true);
    });

    it('whose file could not be made to last is refused', async () => {
      expect(await bench.cutShort('fsync', 1, 'error=EIO')).toBe(true);
    });
  },
);
