import {describe, expect, it} from 'vitest';
import {
  createEditBench,
  noCutting,
  WRITE_CALLS,
  type Injected,
} from '../integration/runs/editPoints';

/** Of a kind, at most; there are fewer of most. */
const MOST = 120;
const INJECTED: readonly Injected[] = ['signal=KILL', 'error=ENOSPC', 'error=EIO'];
const reason = noCutting();

describe.skipIf(reason !== null)(`changes cut short (${reason ?? 'real calls'})`, () => {
  it('leave each file old or new, at every write call of project.yaml, settings and limits', async () => {
    const bench = await createEditBench();
    const faults: string[] = [];
    const tried = new Map<string, number>();
    try {
      for (const injected of INJECTED)
        for (const call of WRITE_CALLS)
          for (let nth = 1; nth <= MOST; nth += 1) {
            try {
              if (!(await bench.cutShort(call, nth, injected))) break;
            } catch (error) {
              faults.push(String(error));
            }
            tried.set(`${call} ${injected}`, nth);
          }
    } finally {
      bench.close();
      const all = [...tried.values()].reduce((sum, each) => sum + each, 0);
      console.log(
        `Changes cut short: ${all} tried, ${all - faults.length} held`,
        Object.fromEntries(tried),
      );
    }
    expect(faults).toEqual([]);
  });
});
