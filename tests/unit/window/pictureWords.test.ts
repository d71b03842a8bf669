import {describe, expect, it} from 'vitest';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {withoutVarying} from '../../window/pictureWords';

describe('the words of a picture', () => {
  it.each([
    ['Up to date. Last run today at 21:01.', 'Up to date. Last run ‹when›.'],
    ['3 Mar 2026 14:02 · 1 m 12 s', '‹when› · ‹duration›'],
    ['made 12 min ago, or just now, or 4 Nov', 'made ‹when›, or ‹when›, or ‹when›'],
    ['running 0:02, at 21:01:22', 'running ‹time›, at ‹time›'],
    ['0.4 s · peak 16 MB', '‹duration›'],
    ['took 4 s, peak memory 7.5 MB, needs 0', 'took ‹duration›, needs 0'],
    ['patients.csv.gz 117 kB', 'patients.csv.gz ‹size›'],
    ['Docker 26.1 · 2 of 2 jobs', '‹engine› · 2 of 2 jobs'],
    ['Podman Engine 5.4.2 is ready: 2 processors', '‹engine› is ready: ‹processors›'],
    ['in /tmp/study-desk-window-x8Kd2a/asthma-reviews', 'in ‹folder›/asthma-reviews'],
  ])('of "%s" leaves out what varies', (said, kept) => expect(withoutVarying(said)).toBe(kept));

  it.each([
    'Failed: 4 of 6, 2 blocked',
    '2018: 8415 reviews, 70.1 per 100 patients',
    'Run this and 3 that depend on it',
    'python:v2 python analysis/count_by_region.py',
    'project.yaml line 22',
  ])('keeps "%s"', (said) => expect(withoutVarying(said)).toBe(said));
});

describe('the kept pictures', () => {
  const folder = new URL('../../screenshots/', import.meta.url);
  const files = readdirSync(folder);
  const names = (ending: string): string[] =>
    files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));

  it('have their words beside them, and are all made by the one test of pictures', () => {
    // the graph as people see it who confuse colours has no words of its own
    const pictures = names('.png').filter((name) => !/-\w+an?opia$/.test(name));
    expect(pictures.sort()).toEqual(names('.txt').sort());
    const test = readFileSync(new URL('../../window/pictures.test.ts', import.meta.url), 'utf8');
    const made = [...test.matchAll(/keptPicture\(desk, '([\w-]+)'\)/g)].map((found) => found[1]);
    expect(pictures.sort()).toEqual(made.sort());
  });

  it('take less than 2 MB', () => {
    const sizes = files.map((file) => statSync(new URL(file, folder)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
  });
});
