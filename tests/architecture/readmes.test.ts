import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {importRules} from './importRules';
import {textOf, trackedFiles} from './trackedFiles';

const readmes = trackedFiles().filter((file) => /(^|\/)(README|RULES)\.md$/.test(file));

/** Each folder of the table of electron/README.md. */
const folders = [
  ...textOf('electron/README.md').matchAll(/^\| `((?:shared|electron|renderer)[\w/]*)` \|/gm),
].map(([, folder = '']) => folder);

describe('the table of folders', () => {
  it('has every folder of the host and of what is shared', () => {
    const ruled = Object.keys(importRules).filter((folder) =>
      /^(shared|electron)\/?\w*$/.test(folder),
    );
    expect(folders).toEqual(expect.arrayContaining(ruled));
  });
});

describe('the README of the command line', () => {
  const readme = textOf('electron/cli/README.md');
  const commands = trackedFiles()
    .filter((file) => /^electron\/cli\/[^/]+\.ts$/.test(file))
    .flatMap((file) => [...textOf(file).matchAll(/\bprogram\s*\.command\('([\w-]+)'/g)])
    .map(([, name = '']) => name);

  it('finds the commands', () => {
    expect(commands).toEqual(expect.arrayContaining(['run', 'launch', 'serve', 'doctor']));
  });

  it.each(commands)('lists and explains %s', (name) => {
    expect(readme).toMatch(new RegExp(`^\\| \\[\`${name}[\` ].*\\]\\(#${name}\\) \\|`, 'm'));
    expect(readme).toMatch(new RegExp(`^### ${name}$`, 'm'));
  });
});

describe('a link in a README', () => {
  const links = readmes.flatMap((readme) =>
    [...textOf(readme).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target.replace(/#.*$/, ''))
      .filter((target) => target !== '' && !/^https?:/.test(target))
      .map((target) => ({readme, target})),
  );

  it.each(links)('leads somewhere: $target in $readme', ({readme, target}) => {
    expect(existsSync(join(dirname(readme), target))).toBe(true);
  });
});

describe('the README', () => {
  it('has at most 150 lines', () => {
    expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  const troubles = /## Troubleshooting\n([\s\S]*?)\n## /.exec(textOf('README.md'))?.[1] ?? '';
  const seen = [...troubles.matchAll(/^\| ("[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/"([^"]+)"/g)].map(([, message = '']) => message),
  );
  const sources = trackedFiles()
    .filter((file) => /^(shared|electron|renderer)\/.*\.tsx?$/.test(file))
    .map(textOf);

  it.each(seen)('explains what Study Desk does say: %s', (message) => {
    const said = message.split('…').map((part) => part.trim());
    expect(sources.some((text) => said.every((part) => text.includes(part)))).toBe(true);
  });

  it('explains ten troubles', () => expect(seen.length).toBeGreaterThanOrEqual(10));
});
