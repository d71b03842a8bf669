import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {ReadyFinding} from '../../../shared/ready';
import type {Core} from '../../../electron/core/core';
import {createCore} from '../../../electron/core/createCore';
import {everyNth} from '../../gateShare';
import {CLEAN, PLANTED, plant, remove, studyOf} from './readyStudies';

let core: Core;
beforeAll(() => {
  core = createCore({});
});
afterAll(() => core.close());

/** What looking finds in a study. */
async function lookAt(dir: string): Promise<readonly ReadyFinding[]> {
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  const found = await opened.value.ready.check(
    {actions: null, quick: true},
    {onLooked: () => undefined, onJob: () => undefined, signal: new AbortController().signal},
  );
  await opened.value.close();
  if (!found.ok) throw new Error(found.error.message);
  return found.value.findings;
}

describe('a look before the server', () => {
  it.each(everyNth(Object.entries(PLANTED), 3))(
    'finds %s, and nothing else',
    async (_, planted) => {
      const study = plant(planted);
      try {
        const findings = await lookAt(study.dir);
        const found = findings.filter(({rule}) => rule === planted.rule);
        expect(findings.map(({rule, message}) => `${rule} ${message}`)).toHaveLength(found.length);
        expect(found[0]?.message).toContain(planted.names);
        expect(found[0]?.message).toMatch(/\.$/);
      } finally {
        remove(study);
      }
    },
  );

  it.each(everyNth(Object.entries(CLEAN), 3))('says nothing of %s', async (_, files) => {
    const study = studyOf(files);
    try {
      expect(await lookAt(study.dir)).toEqual([]);
    } finally {
      remove(study);
    }
  });
});
