import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {importRules} from './importRules';
import {textOf, trackedFiles} from './trackedFiles';

const readmes = trackedFiles().filter((file) => /(^|\/)(README|RULES)\.md$/.test(file));

/** The words of electron/README.md for several folders at once. */
const pure = ['shared', 'electron/study', 'electron/planner'];
const together: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  pure,
  ports: [...pure, 'electron/executor', 'electron/files', 'electron/threads'],
  screen: ['shared', 'renderer/state', 'renderer/status', 'renderer/ui'],
};

function named(word: string): readonly string[] {
  return together[word] ?? [/^(shared|renderer)(\/|$)/.test(word) ? word : `electron/${word}`];
}

/** Each folder of the table with what it may import, by electron/README.md. */
const rows = [
  ...textOf('electron/README.md').matchAll(
    /^\| `((?:shared|electron|renderer)[\w/]*)` \|.*\| ([^|]+) \|$/gm,
  ),
].map(([, folder = '', imports = '']) => ({
  folder,
  imports: imports.split(', ').flatMap(named).sort(),
}));

describe('the table of folders', () => {
  it('has every folder of the host and of what is shared', () => {
    const folders = Object.keys(importRules).filter((folder) => /^(shared|electron)/.test(folder));
    expect(rows.map(({folder}) => folder)).toEqual(expect.arrayContaining(folders));
  });

  it.each(rows)('says of $folder what the rules of imports say', ({folder, imports}) => {
    const from = (importRules[folder]?.from ?? ['no rule'])
      // a file of its own that stands under a stricter rule
      .filter((each) => !each.startsWith(`${folder}/`));
    expect(imports).toEqual([...new Set(from)].sort());
  });
});

describe('the README of a part of the window', () => {
  const parts = Object.keys(importRules).filter((folder) => /^renderer\/\w+$/.test(folder));
  const isPlace = (word: string): boolean =>
    /^shared(\/|$)/.test(word) || importRules[`renderer/${word.split('/')[0]}`] !== undefined;

  it.each(parts)('of %s says what it may import', (folder) => {
    const said =
      /May import ([^;]*?)(?:;|\.\s)/.exec(`${textOf(`${folder}/README.md`)}\n`)?.[1] ?? '';
    const words: readonly string[] = said.replace(/\([^)]*\)/g, '').match(/[\w/]+/g) ?? [];
    const from = (importRules[folder]?.from ?? []).filter((each) => !each.startsWith(`${folder}/`));
    expect(
      words.includes('everything') ? ['renderer', 'shared'] : words.filter(isPlace).sort(),
    ).toEqual(from.map((each) => each.replace(/^renderer\//, '')).sort());
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

  it('explains ten troubles', () => {
    expect(seen.length).toBeGreaterThanOrEqual(10);
  });
});
