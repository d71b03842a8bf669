import type {MenuItemConstructorOptions} from 'electron';
import {expect, it} from 'vitest';
import {menuTemplate} from '../../../electron/app/menu';
import {COMMAND_IDS, commandEntry, keysOn, type CommandId} from '../../../shared/commandTable';

/** The entries of all menus on a kind of computer, and the commands that those chosen hand on. */
function menuOn(platform: NodeJS.Platform) {
  const chosen: CommandId[] = [];
  const template = menuTemplate(
    {openHelp: () => undefined, command: (id) => chosen.push(id)},
    platform,
  );
  const entries = template.flatMap(({submenu}) => (Array.isArray(submenu) ? submenu : []));
  return {template, entries, chosen};
}

const bound = (entries: readonly MenuItemConstructorOptions[]) =>
  entries.flatMap(({accelerator}) => (typeof accelerator === 'string' ? [accelerator] : []));

it.each(['linux', 'darwin', 'win32'] as const)(
  'the table of commands has one command for each key on %s',
  (platform) => {
    for (const inBrowser of [false, true]) {
      const keys = COMMAND_IDS.flatMap((id) => keysOn(id, platform === 'darwin', inBrowser));
      expect(keys.length).toBeGreaterThan(30);
      expect(new Set(keys).size).toBe(keys.length);
      // no page is given these, but to close its tab, which is what the browser does
      const kept = keys.filter((key) => /^Mod\+(Shift\+)?[NTQW]$/.test(key));
      if (inBrowser) expect(kept).toEqual(['Mod+W']);
    }
    const {entries} = menuOn(platform);
    expect(new Set(bound(entries)).size).toBe(bound(entries).length);
  },
);

it('the table of commands makes the menu: each entry once, with its key and its lines', () => {
  const {template, entries, chosen} = menuOn('linux');
  const file = template.find(({label}) => label === 'File')?.submenu;
  expect(
    (file as readonly MenuItemConstructorOptions[]).map(
      ({type, role, label, accelerator = ''}) => `${type ?? role ?? label} ${accelerator}`,
    ),
  ).toEqual([
    'Open Study… CmdOrCtrl+O',
    'Follow a Run Elsewhere… ',
    'Try the Sample Study ',
    'New Window CmdOrCtrl+Shift+N',
    'separator ',
    'Settings… CmdOrCtrl+,',
    'Job Queue… ',
    'separator ',
    'Close Study ',
    'close CmdOrCtrl+W',
    'quit CmdOrCtrl+Q',
  ]);
  const larger = entries.filter(({label}) => label === 'Larger Text');
  expect(larger.map(({accelerator, visible}) => [accelerator, visible])).toEqual([
    ['CmdOrCtrl+Plus', undefined],
    ['CmdOrCtrl+=', false],
  ]);
  // a single letter in the menu would be taken from every field
  expect(bound(entries).filter((key) => !/^(CmdOrCtrl\+.+|F11)$/.test(key))).toEqual([]);
  for (const {click} of entries) click?.({} as never, undefined, {});
  expect(chosen).toContain('run-with-dependencies');
  expect(chosen).toHaveLength(
    COMMAND_IDS.filter(
      (id) => commandEntry(id).menu !== undefined && commandEntry(id).role === undefined,
    ).length + 1,
  );
});

it('the table of commands leaves to macOS what stands in its own menu', () => {
  const {template, entries} = menuOn('darwin');
  expect(template[0]).toEqual({role: 'appMenu'});
  expect(entries.some(({role}) => role === 'quit')).toBe(false);
  expect(entries.find(({role}) => role === 'togglefullscreen')?.accelerator).toBe(
    'Ctrl+CmdOrCtrl+F',
  );
});
