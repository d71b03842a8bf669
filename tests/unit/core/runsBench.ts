import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach} from 'vitest';
import type {Core} from '../../../electron/core/core';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import {createFakeEngine, type FakeJob} from '../../fakeEngine';

/** A study whose jobs are scripts of ours. */
export interface OpenRuns {
  readonly core: Core;
  readonly study: Study;
  readonly engine: ReturnType<typeof createFakeEngine>;
}

/**
 * Studies in a folder that is new for each test, on an engine of ours. Opening again closes what was open before, as a
 * process that ends does.
 */
export function runsBench(): {
  dir(): string;
  open(
    yaml: string | null,
    script: (action: string) => FakeJob,
    change?: (engine: OpenRuns['engine']) => void,
  ): Promise<OpenRuns>;
} {
  let dir = '';
  // beside the study, as what is written to it must not count as a change of its code
  let cacheDir = '';
  let current: OpenRuns | null = null;
  const close = async (): Promise<void> => {
    await current?.study.close();
    await current?.core.close();
    current = null;
  };
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'study-desk-runs-'));
    cacheDir = `${dir}-cache`;
  });
  afterEach(async () => {
    await close();
    for (const each of [dir, cacheDir])
      await rm(each, {recursive: true, force: true, maxRetries: 3});
  });
  return {
    dir: () => dir,
    async open(yaml, script, change = () => undefined) {
      await close();
      if (yaml !== null) await writeFile(join(dir, 'project.yaml'), yaml);
      const engine = createFakeEngine((spec) => script(spec.action));
      change(engine);
      const core = createCore({cacheDir, executors: {docker: engine}});
      const opened = await core.openStudy(dir, {watch: false});
      if (!opened.ok) throw new Error(opened.error.message);
      current = {core, study: opened.value, engine};
      return current;
    },
  };
}

/** An action of project.yaml that makes `output/<name>.csv`. */
export const action = (
  name: string,
  needs: readonly string[] = [],
  image = 'python:v2',
  command = name,
): string => `  ${name}:
    run: ${image} ${command}
    needs: [${needs.join(', ')}]
    outputs:
      highly_sensitive:
        o: output/${name}.csv
`;

/** The project.yaml of these actions. */
export const yamlOf = (...actions: readonly string[]): string =>
  `version: '4.0'\nactions:\n${actions.join('')}`;

/** A job that does what it should, at once. */
export const well = (name: string): FakeJob => ({files: {[`output/${name}.csv`]: 'x'}});

/** Something to wait for until it is let go. */
export function hold(): {readonly released: Promise<void>; readonly release: () => void} {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {released, release: () => release()};
}

/** A job that runs until it is let go. */
export function held(): {readonly job: (name: string) => FakeJob; release(): void} {
  const {released, release} = hold();
  return {job: (name) => ({...well(name), ends: released}), release};
}
