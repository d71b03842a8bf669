import type {EngineStatus} from '../../../shared/engine';
import {describe, expect, it} from 'vitest';
import type {RunFinding} from '../../../shared/preview';
import {runFindings, type RunFacts} from '../../../electron/core/plan/runChecks';

const GB = 1024 ** 3;

const WELL: RunFacts = {
  options: {
    executor: 'docker',
    concurrency: 2,
    limits: {memoryBytes: 4 * GB, cpus: 2},
    continueOnError: false,
    letRunningFinish: false,
    debug: false,
    pull: true,
  },
  engine: {
    state: 'ready',
    name: 'Docker 26',
    platform: 'linux/amd64',
    cpus: 4,
    memoryBytes: 16 * GB,
  },
  largestMemoryBytes: 4 * GB,
  largestCpus: 2,
  uses: [],
  preview: {
    plan: {
      jobs: ['a', 'b', 'c'].map((action) => ({
        action,
        reason: 'requested',
        neededBy: [],
        waitsFor: [],
      })),
      skipped: [],
    },
    jobs: [],
  },
  images: [{image: 'r:v2', present: true, id: 'sha256:1', sizeBytes: 1}],
  imagesError: null,
  notYetKnown: [],
  otherRunner: {kind: 'none'},
  stataLicence: null,
  freeBytes: 100 * GB,
  openOutputs: [],
  damage: [],
};

function levels(part: Partial<RunFacts>): Partial<Record<RunFinding['check'], string>> {
  const findings = runFindings({...WELL, ...part});
  return Object.fromEntries(findings.map(({check, level}) => [check, level]));
}

const DOWN: EngineStatus = {
  state: 'down',
  trouble: 'stopped',
  message: 'x',
  hint: 'y',
  remedy: null,
};

describe('the checks before a run', () => {
  it('say which reusable actions must be looked up before their images are known', () => {
    expect(levels({notYetKnown: ['cox-ipw:v1']})).toMatchObject({'reusable-actions': 'warning'});
  });

  it('find nothing to say against a run that can work', () => {
    expect(runFindings(WELL).every(({level}) => level === 'ok')).toBe(true);
  });

  it('block a run that cannot work', () => {
    expect(levels({engine: DOWN}).engine).toBe('block');
    expect(levels({largestCpus: 5}).limits).toBe('block');
    expect(levels({largestMemoryBytes: 1_000_000}).limits).toBe('block');
    expect(levels({stataLicence: 'missing'})['stata-licence']).toBe('block');
    const missing = [{image: 'r:v2', present: false, id: null, sizeBytes: null}];
    const options = {...WELL.options, pull: false};
    expect(levels({images: missing, options}).images).toBe('block');
  });

  it('only warn of what may still go well', () => {
    expect(levels({largestMemoryBytes: 10 * GB}).limits).toBe('warning');
    expect(levels({largestMemoryBytes: 20 * GB}).limits).toBe('warning');
    expect(levels({freeBytes: GB / 2}).disk).toBe('warning');
    expect(levels({openOutputs: ['output/a.csv']}).overwrites).toBe('warning');
    expect(levels({otherRunner: {kind: 'left-over', message: 'x'}})['other-runner']).toBe(
      'warning',
    );
    expect(levels({options: {...WELL.options, executor: 'process'}}).executor).toBe('warning');
  });

  it('tell the size of what is to be downloaded, where it is known', () => {
    const images = [{image: 'r:v2', present: false, id: null, sizeBytes: 2.5e9}];
    const found = runFindings({...WELL, images}).find(({check}) => check === 'images');
    expect(found?.message).toContain('2.5 GB');
  });

  it('count only as many jobs at a time as there are', () => {
    const preview = WELL.preview;
    const [first] = preview?.plan.jobs ?? [];
    if (preview === null || first === undefined) throw new Error('No preview');
    const one = {...preview, plan: {jobs: [first], skipped: []}};
    expect(levels({largestMemoryBytes: 10 * GB, preview: one}).limits).toBe('ok');
  });
});
