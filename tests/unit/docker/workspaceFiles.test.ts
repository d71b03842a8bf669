import {describe, expect, it} from 'vitest';
import {collectPlan, sharedFolder} from '../../../electron/docker/containerFiles';
import {plainFolder, withParents} from '../../../electron/docker/packWorkspace';
import {controlGroups} from '../../../electron/docker/resourceWatch';
import {changedPaths, parentsOf} from '../../../electron/docker/workspaceListing';

const none = new Set<string>();

describe('the paths that a job changed', () => {
  it('are those below the workspace that were not staged, without folders', () => {
    const changes = [
      {Path: '/workspace', Kind: 0},
      {Path: '/workspace/.opensafely-timestamp', Kind: 1},
      {Path: '/workspace/code.R', Kind: 1},
      {Path: '/workspace/output', Kind: 1},
      {Path: '/workspace/output/a.csv', Kind: 1},
      {Path: '/workspace/gone.csv', Kind: 2},
      {Path: '/workspacelike/x', Kind: 1},
      {Path: '/tmp/x', Kind: 1},
    ];
    expect(changedPaths(changes, new Set(['code.R']), none)).toEqual(['output/a.csv']);
    expect(changedPaths(changes, new Set(['code.R']), new Set(['code.R']))).toEqual([
      'code.R',
      'output/a.csv',
    ]);
  });

  it('lie in folders, nearest first', () => {
    expect(parentsOf('a/b/c.csv')).toEqual(['a/b', 'a']);
    expect(parentsOf('c.csv')).toEqual([]);
  });
});

describe('how files are taken out', () => {
  const file = (path: string, size: number) => ({path, size});

  it('is one by one for a few among much else', () => {
    const present = [file('out/a.csv', 5), file('out/b.csv', 5), file('out/big.dta', 1e9)];
    expect(collectPlan(['out/a.csv', 'out/b.csv'], present)).toMatchObject({kind: 'each'});
    expect(collectPlan(['out/a.csv'], [])).toMatchObject({kind: 'each'});
  });

  it('is one archive of the shared folder for many', () => {
    const paths = [...Array(100).keys()].map((i) => `out/d/${i}.csv`);
    const plan = collectPlan(paths, [
      ...paths.map((path) => file(path, 1e6)),
      file('data.csv', 9e9),
    ]);
    expect(plan).toMatchObject({kind: 'folder', folder: 'out/d'});
  });

  it('finds the deepest folder shared', () => {
    expect(sharedFolder(['a/b/c.csv', 'a/b/d/e.csv'])).toBe('a/b');
    expect(sharedFolder(['a/b.csv', 'c.csv'])).toBe('');
    expect(sharedFolder(['a/bc/d.csv', 'a/b/d.csv'])).toBe('a');
  });
});

it('staged entries come after the folders they lie in, each once', () => {
  const entries = [
    {...plainFolder('a/b/c.txt'), kind: 'file' as const},
    plainFolder('a'),
    {...plainFolder('k/x.txt'), kind: 'file' as const},
  ];
  const paths = withParents(entries, new Set(['k'])).map(({path}) => path);
  expect(paths).toEqual(['a', 'a/b', 'a/b/c.txt', 'k/x.txt']);
});

it('a container’s control group is found in both versions', () => {
  expect(controlGroups('5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n0::/')).toMatchObject({
    version: 1,
    memory: '/sys/fs/cgroup/memory/docker/x/memory.max_usage_in_bytes',
  });
  expect(controlGroups('0::/system.slice/docker-x.scope\n')).toMatchObject({
    version: 2,
    memory: '/sys/fs/cgroup/system.slice/docker-x.scope/memory.peak',
  });
  expect(controlGroups('')).toBeNull();
});
