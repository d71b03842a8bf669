import {describe, expect, it} from 'vitest';
import {textOf, trackedFiles} from './trackedFiles';

/** This file holds what it looks for. */
const self = 'tests/architecture/standsAlone.test.ts';

const elsewhere =
  /\b(BEHAVIOUR|ROADMAP|DESIGN "|(DESIGN|ARCHITECTURE|FEATURES|GAPS|QUEUE)\.md)|\bissue ["“]|§/;

const texts = trackedFiles()
  .filter((file) => file !== self)
  .map((file) => ({file, text: textOf(file)}))
  .filter(({text}) => !text.includes('\0'));

describe('the repository stands alone', () => {
  it('names no document and no issue that is not in it', () => {
    const found = texts.flatMap(({file, text}) =>
      text
        .split('\n')
        .flatMap((line, at) => (elsewhere.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('has a section of the rules of serving for each that is named', () => {
    const sections = [...textOf('electron/serve/RULES.md').matchAll(/^## (.+)$/gm)].map(
      ([, heading]) => heading,
    );
    const named = texts.flatMap(({text}) =>
      [...text.matchAll(/\brules of serving, "([^"\n]*)"/g)].map(([, heading]) => heading),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((heading) => !sections.includes(heading))).toEqual([]);
  });

  it('has a section of the rules of running for each that is named', () => {
    const sections = [...textOf('electron/runs/RULES.md').matchAll(/^## (.+)$/gm)].map(
      ([, heading]) => heading,
    );
    const named = texts.flatMap(({file, text}) =>
      [...text.matchAll(/\bRULES "([^"\n]*)"/g)].map(([, heading]) => ({file, heading})),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({heading}) => !sections.includes(heading))).toEqual([]);
  });

  it('has a section of a README for each that is named', () => {
    const sections = texts
      .filter(({file}) => file.endsWith('README.md'))
      .flatMap(({text}) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading));
    const named = texts.flatMap(({file, text}) =>
      [...text.matchAll(/\bREADME "([^"\n]*)"/g)].map(([, heading]) => ({file, heading})),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({heading}) => !sections.includes(heading))).toEqual([]);
  });
});
