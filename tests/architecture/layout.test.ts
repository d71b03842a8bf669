import {dirname} from 'node:path';
import {describe, expect, it} from 'vitest';
import {textOf, trackedFiles} from './trackedFiles';

const topLevel = [
  'LICENSE',
  'README.md',
  'build',
  'electron',
  'package-lock.json',
  'package.json',
  'renderer',
  'shared',
  'tests',
  'tsconfig.json',
];

const tracked = trackedFiles();
const written = tracked.filter((file) => /\.(ts|tsx|mts|mjs|css)$/.test(file));

describe('the tree', () => {
  it('has nothing at the top but the fixed folders and files', () => {
    const entries = new Set(tracked.map((file) => file.split('/')[0] ?? file));
    const others = [...entries].filter((name) => !name.startsWith('.') && !topLevel.includes(name));
    expect(others).toEqual([]);
  });

  it('keeps core and the window in rooms: at most 20 files flat in core, 25 folders in renderer', () => {
    const flat = tracked.filter((file) => /^electron\/core\/[^/]+\.ts$/.test(file));
    const rooms = new Set(tracked.map((file) => /^renderer\/[^/]+(?=\/)/.exec(file)?.[0]));
    rooms.delete(undefined);
    expect(flat.length).toBeLessThanOrEqual(20);
    expect(rooms.size).toBeLessThanOrEqual(25);
  });

  it('explains every folder of the two sides in a README, in twelve lines before its sections', () => {
    const folders = new Set(
      tracked
        .map((file) => /^(electron|renderer)\/[^/]+(?=\/)/.exec(file)?.[0])
        .filter((folder) => folder !== undefined),
    );
    const readmes = tracked.filter((file) => /^(electron|renderer)\/[^/]+\/README\.md$/.test(file));
    expect(
      [...folders].filter((folder) => !readmes.map((file) => dirname(file)).includes(folder)),
    ).toEqual([]);
    const head = (file: string): string => textOf(file).split(/\n#+ /)[0]?.trimEnd() ?? '';
    expect(readmes.filter((file) => head(file).split('\n').length > 12)).toEqual([]);
  });

  it('names no path of one machine and no package registry', () => {
    const machine = /["'`\s(=](\/work\/|\/farm\/|\/root\/|\/home\/[a-z]+\/)/;
    const registry = /registry\.npmjs\.org|deb\.debian\.org|registry\.yarnpkg\.com/;
    const texts = tracked.filter(
      (file) =>
        /\.(ts|tsx|mts|mjs|css|json|ya?ml|md|html|sh)$|^\.[^/]+/.test(file) && file !== self,
    );
    expect(texts.filter((file) => machine.test(textOf(file)))).toEqual([]);
    expect(texts.filter((file) => registry.test(textOf(file)))).toEqual([]);
  });

  it('has no unfinished work, silenced rule or switched-off test', () => {
    const marks = [
      /\b(TODO|FIXME|XXX|HACK)\b/,
      /\beslint-disable\b|@ts-(ignore|expect-error|nocheck)/,
      /\b(it|test|describe)\.(only|todo|fixme)\b/,
    ];
    const found = written
      .filter((file) => file !== self)
      .filter((file) => marks.some((mark) => mark.test(textOf(file))));
    expect(found).toEqual([]);
  });
});

/** This file holds what it looks for. */
const self = 'tests/architecture/layout.test.ts';
