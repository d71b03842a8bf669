import {describe, expect, it} from 'vitest';
import * as z from 'zod';
import {textOf} from './trackedFiles';

const lockFile = z
  .object({
    packages: z.record(
      z.string(),
      z.object({resolved: z.string().optional(), integrity: z.string().optional()}),
    ),
  })
  .parse(JSON.parse(textOf('package-lock.json')));

describe('package-lock.json', () => {
  const packages = Object.entries(lockFile.packages).filter(([path]) => path !== '');

  it('holds no download addresses', () => {
    expect(packages.filter(([, {resolved}]) => resolved !== undefined)).toEqual([]);
  });

  it('holds the hash of every package', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, {integrity}]) => integrity === undefined)).toEqual([]);
  });
});

describe('package.json', () => {
  const versions = z.record(z.string(), z.string());
  const manifest = z
    .object({dependencies: versions, devDependencies: versions})
    .parse(JSON.parse(textOf('package.json')));

  it('names every package with one exact version', () => {
    const all = {...manifest.dependencies, ...manifest.devDependencies};
    expect(
      Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-r\.\d+)?$/.test(version)),
    ).toEqual([]);
  });
});
