import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeEach, expect, it, onTestFinished} from 'vitest';
import {isLong, testSeed} from '../gateShare';
import {startCodelistSite} from '../unit/codelists/codelistSite';
import {folderOf, runCli, startCli, type CliEnd} from './runCli';

const site = await startCodelistSite();
afterAll(() => site.close());

const ASTHMA = 'opensafely/asthma/2020-05-06';
const MINE = 'user/jo/x/1a2b';
const asthmaCsv = 'code,term\r\nJ45,Asthma\r\n';

beforeEach(() => {
  site.lists.clear();
  site.lists.set(ASTHMA, {csv: asthmaCsv});
  site.lists.set(MINE, {csv: 'code,term\nJ46,Status asthmaticus'});
  Object.assign(site, {check: null, stalls: false});
  site.asked.length = 0;
});

function study(codelists: Readonly<Record<string, string>>): string {
  return folderOf(
    Object.fromEntries(
      Object.entries(codelists).map(([name, text]) => [`codelists/${name}`, text]),
    ),
  );
}

const calls = (dir: string, env: Readonly<Record<string, string>> = {}) => {
  const all = {OPENCODELISTS_BASE_URL: site.base, GITHUB_WORKFLOW: '', ...env};
  return (...args: readonly string[]): Promise<CliEnd> =>
    runCli(['codelists', ...args, '--project-dir', dir], {env: all});
};

/** The content of every file of codelists/, by name. */
function contents(dir: string): Readonly<Record<string, string>> {
  const folder = join(dir, 'codelists');
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

/** codelists.json with the times taken out. */
const withoutTimes = (text = ''): string =>
  text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}Z/gu, 'TIME');

it('codelists update and check write and read what the reference does, byte for byte', async () => {
  const dir = study({'codelists.txt': `# lists\n\n ${ASTHMA}/ \n${MINE}`, 'own.csv': 'mine'});
  const call = calls(dir);

  const updated = await call('update', '--json');
  expect([updated.code, updated.json()]).toMatchObject([
    0,
    [{ok: true, lists: [{change: 'added'}, {change: 'added'}], deleted: [], unlisted: ['own.csv']}],
  ]);
  const files = contents(dir);
  expect(files['opensafely-asthma.csv']).toBe(asthmaCsv);
  expect(withoutTimes(files['codelists.json'])).toBe(`{
  "files": {
    "opensafely-asthma.csv": {
      "id": "${ASTHMA}",
      "url": "${site.base}/codelist/${ASTHMA}/",
      "downloaded_at": "TIME",
      "sha": "6c92e27e5af9155ca531e866b955d4675745251f"
    },
    "user-jo-x.csv": {
      "id": "${MINE}",
      "url": "${site.base}/codelist/${MINE}/",
      "downloaded_at": "TIME",
      "sha": "f449a2f904aafcae6d50b2311e9bf2e4c20c5ea2"
    }
  }
}`);
  expect(site.asked[0]?.userAgent).toMatch(/^OpenSAFELY-CLI\/\d+\.\d+\.\d+$/u);

  // again: the same bytes, dates too
  expect((await call('update')).code).toBe(0);
  expect(contents(dir)).toEqual(files);

  const unlisted = await call('check', '--json');
  expect([unlisted.code, unlisted.json()]).toMatchObject([
    1,
    [{ok: false, problems: [{rule: 'S-CODELIST-UNLISTED'}], upstream: {ok: true}}],
  ]);
  const deleting = await call('update', '--delete-unlisted');
  expect(deleting.stdout).toContain('Deleted own.csv');
  expect(existsSync(join(dir, 'codelists/own.csv'))).toBe(false);
  const checked = await call('check');
  expect([checked.code, checked.stdout]).toEqual([0, 'Codelists OK\n']);
  expect(site.asked.at(-1)?.form.get('manifest')).toBe(contents(dir)['codelists.json']);
});

it('codelists check shows all problems at once, and what the server finds', async () => {
  const dir = study({'codelists.txt': `${ASTHMA}\n${MINE}\n`});
  const call = calls(dir);
  await call('update');
  site.lists.set(ASTHMA, {csv: 'code,term\nJ45,Asthma\nJ46,More\n'});
  writeFileSync(join(dir, 'codelists/codelists.txt'), `${ASTHMA}\nopensafely/new/1\nnot/enough\n`);
  site.lists.set('opensafely/new/1', {csv: ''});
  writeFileSync(join(dir, 'codelists/user-jo-x.csv'), 'edited');
  writeFileSync(join(dir, 'codelists/other.csv'), '');
  site.check = JSON.stringify({status: 'error', data: {added: [], removed: [], changed: [ASTHMA]}});
  const checked = await call('check', '--json');
  expect(checked.code).toBe(1);
  const [line] = checked.json() as [{problems: {rule: string; line: number | null}[]}];
  expect(line.problems.map((each) => each.rule)).toEqual([
    ...['S-CODELIST-PARTS', 'S-CODELIST-NOT-UPDATED', 'S-CODELIST-NOT-UPDATED'],
    ...['S-CODELIST-UNLISTED', 'S-CODELIST-EDITED', 'S-CODELIST-UPSTREAM'],
  ]);
  expect(line.problems[0]?.line).toBe(3);

  // in a workflow of GitHub what the server finds is shown alone
  const alone = await call('check-upstream');
  expect([alone.code, alone.stdout]).toEqual([
    1,
    expect.stringContaining(`${ASTHMA} is out of date`),
  ]);
  const inWorkflow = await calls(dir, {GITHUB_WORKFLOW: 'test'})('check-upstream');
  expect([inWorkflow.code, inWorkflow.stdout]).toEqual([0, expect.stringContaining('out of date')]);
  expect(site.asked.at(-1)?.userAgent).toMatch(/ \(GitHub CI\)$/u);

  for (const answer of ['{"status":"error","data":{"error":"no such user"}}', '<html>', '{}']) {
    site.check = answer;
    expect((await call('check-upstream')).code).toBe(1);
  }
});

it('codelists check says what it could not ask, and without codelists.json what to do', async () => {
  const dir = study({'codelists.txt': `${ASTHMA}\n`});
  expect((await calls(dir)('check')).stdout).toContain('no file codelists/codelists.json');
  await calls(dir)('update');
  const {'codelists.json': manifest = ''} = contents(dir);
  rmSync(join(dir, 'codelists/codelists.json'));
  expect((await calls(dir, {GITHUB_WORKFLOW: 'test'})('check', '--json')).json()).toMatchObject([
    {ok: true, problems: [], notes: [expect.stringContaining('made for this check')]},
  ]);
  writeFileSync(join(dir, 'codelists/codelists.json'), manifest);
  const away = calls(dir, {OPENCODELISTS_BASE_URL: 'http://127.0.0.1:1'});
  const checked = await away('check');
  expect(checked.code).toBe(0);
  expect(checked.stdout).toContain('Whether the server has other codes was not checked');
  expect(checked.stdout).not.toMatch(/^Codelists OK$/mu);
  expect((await away('check-upstream')).code).toBe(1);
  const offline = await calls(dir, {STUDY_DESK_OFFLINE: 'yes'})('update');
  expect([offline.code, offline.stdout]).toEqual([1, expect.stringContaining('works offline')]);

  writeFileSync(join(dir, 'codelists/codelists.json'), '{"files": ');
  expect((await calls(dir)('check', '--json')).json()).toMatchObject([
    {problems: [{rule: 'S-CODELIST-MANIFEST'}]},
  ]);
  expect((await calls(dir)('update')).stdout).toContain('written anew');
  expect((await calls(dir)('check')).code).toBe(0);

  const none = calls(folderOf({'project.yaml': ''}));
  expect((await none('check')).code).toBe(0);
  expect((await none('check-upstream')).code).toBe(0);
  expect((await none('update')).code).toBe(1);
  expect((await none('add', `${site.base}/codelist/${ASTHMA}/`)).code).toBe(1);
  expect((await none()).code).toBe(0);
});

it('codelists add writes the line, the list and its entry first in codelists.json, or nothing', async () => {
  const dir = study({'codelists.txt': `${MINE}`, 'codelists.json': '{"files": {}}'});
  const call = calls(dir);
  await call('update');
  expect((await call('add', `${site.base}/codelist/${ASTHMA}/download.csv#top`)).code).toBe(0);
  const after = contents(dir);
  expect(after['codelists.txt']).toBe(`${MINE}\n${ASTHMA}\n`);
  expect(Object.keys((JSON.parse(after['codelists.json'] ?? '') as {files: object}).files)).toEqual(
    ['opensafely-asthma.csv', 'user-jo-x.csv'],
  );
  expect((await call('check')).code).toBe(0);

  site.lists.set('opensafely/draft/1', {csv: '', answering: 'draft'});
  const wrong = [
    [`${site.base}/codelist/${ASTHMA}/`, 'is already in line 2'],
    [`${site.base}/codelist/opensafely/asthma/2021/`, 'is another version of the list in line 2'],
    ['https://elsewhere.example/codelist/a/b/c/', 'is no address of'],
    [`${site.base}/codelist/opensafely/asthma/`, 'is not the address of a version'],
    [`${site.base}/codelist/opensafely/draft/1/`, 'is a draft'],
    [`${site.base}/codelist/opensafely/gone/1/`, 'status 404'],
  ] as const;
  for (const [url, words] of wrong) {
    const refused = await call('add', url);
    expect([url, refused.code, refused.stdout]).toEqual([url, 1, expect.stringContaining(words)]);
    expect(contents(dir)).toEqual(after);
  }
});

it('codelists list says of each list how it is, what uses it and what is odd; validate warns at the line', async () => {
  const covid = 'opensafely/covid/1';
  site.lists.set(covid, {csv: 'code,term\nU074,Post COVID-19 condition\n'});
  const yaml = `version: '4.0'
actions:
  extract:
    run: ehrql:v1 generate-dataset analysis/dataset_definition.py --output output/dataset.csv
    outputs:
      highly_sensitive:
        dataset: output/dataset.csv
`;
  const code = `from ehrql import codelist_from_csv
a = codelist_from_csv("codelists/opensafely-asthma.csv", column="code")
b = codelist_from_csv("codelists/gone.csv", column="code")
`;
  const dir = folderOf({
    'project.yaml': yaml,
    'analysis/dataset_definition.py': code,
    'codelists/codelists.txt': [ASTHMA, covid, MINE].join('\n'),
    'local_codelists/own.csv': 'code\nJ45\n',
  });
  const call = calls(dir);
  await call('update');
  site.lists.set(ASTHMA, {csv: 'code,term\nJ46,Other\n'});
  expect((await call('check-upstream')).code).toBe(1);
  writeFileSync(join(dir, 'codelists/user-jo-x.csv'), 'code\nJ46\nJ46\n');
  const asked = site.asked.length;
  const listed = await call('list', '--json');
  expect(listed.code).toBe(0);
  expect(site.asked.length).toBe(asked);
  const short = listed
    .json()
    .map(({file, state, codingSystem, codes, actions, warnings}) => [
      ...[file, state, codingSystem, codes, actions],
      (warnings as {rule: string}[]).map(({rule}) => rule),
    ]);
  expect(short).toEqual([
    ['codelists/opensafely-asthma.csv', 'changed-upstream', 'icd10', 1, ['extract'], []],
    [
      ...['codelists/opensafely-covid.csv', 'current', 'icd10', 1, []],
      ['C-ICD10-MOVED', 'C-NOT-READ'],
    ],
    ['codelists/user-jo-x.csv', 'edited', 'icd10', 1, [], ['C-DUPLICATE', 'C-NOT-READ']],
    ['local_codelists/own.csv', 'own', 'icd10', 1, [], ['C-NOT-READ']],
    ['codelists/gone.csv', 'not-downloaded', null, null, ['extract'], ['C-NOT-LISTED']],
  ]);

  const env = {OPENCODELISTS_BASE_URL: site.base};
  const validate = async () => {
    const ended = await runCli(['validate', dir, '--json'], {env});
    const [line] = ended.json() as [{valid: boolean; problems: Record<string, unknown>[]}];
    const warned = line.problems.filter(({file}) => file !== undefined);
    return [ended.code, line.valid, ...warned.map((each) => [each['rule'], each['line']])];
  };
  expect(await validate()).toEqual([0, true]);
  writeFileSync(
    join(dir, 'codelists/codelists.txt'),
    [ASTHMA, covid, MINE, MINE, 'a/b'].join('\n'),
  );
  writeFileSync(join(dir, 'codelists/codelists.json'), '{');
  expect(await validate()).toEqual([
    ...[0, true],
    ['S-CODELIST-DUPLICATE', 4],
    ['S-CODELIST-PARTS', 5],
    ['S-CODELIST-MANIFEST', 1],
  ]);
});

it('codelists update changes nothing where the disk refuses', async () => {
  const dir = study({'codelists.txt': `${ASTHMA}\n`, 'codelists.json': '{"files": {}}'});
  const before = contents(dir);
  mkdirSync(join(dir, 'codelists/opensafely-asthma.csv'));
  expect((await calls(dir)('update')).code).toBe(1);
  expect(readFileSync(join(dir, 'codelists/codelists.json'), 'utf8')).toBe(
    before['codelists.json'],
  );
  expect(readdirSync(join(dir, 'codelists/opensafely-asthma.csv'))).toEqual([]);
  if (process.getuid?.() === 0) return;
  chmodSync(join(dir, 'codelists'), 0o555);
  expect((await calls(dir)('update')).code).toBe(1);
  chmodSync(join(dir, 'codelists'), 0o755);
});

it.runIf(process.getuid?.() === 0 && process.platform === 'linux')(
  'codelists update and add change nothing on a disk that is full or can’t be written',
  async () => {
    const dir = folderOf({});
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir]);
    onTestFinished(() => void execFileSync('umount', [dir]));
    mkdirSync(join(dir, 'codelists'));
    writeFileSync(join(dir, 'codelists/codelists.txt'), `${ASTHMA}\n`);
    const call = calls(dir);
    expect((await call('update')).code).toBe(0);
    const before = contents(dir);
    site.lists.set(ASTHMA, {csv: `code,term\n${'J45,Asthma\n'.repeat(200_000)}`});
    const full = await call('update');
    expect([full.code, full.stdout]).toEqual([1, expect.stringContaining('Nothing was changed')]);
    expect(contents(dir)).toEqual(before);
    site.lists.set(ASTHMA, {csv: 'code,term\nJ45,Changed\n'});
    execFileSync('mount', ['-o', 'remount,ro', dir]);
    for (const words of [['update'], ['add', `${site.base}/codelist/${MINE}/`]]) {
      const refused = await call(...words);
      expect([refused.code, refused.stdout]).toEqual([
        1,
        expect.stringContaining('[S-CODELIST-DISK]'),
      ]);
    }
    // asking still works, only that the answer is not kept
    expect((await call('check')).stdout).toContain('out of date');
    expect(contents(dir)).toEqual(before);
    execFileSync('mount', ['-o', 'remount,rw', dir]);
    expect((await call('update')).code).toBe(0);
    expect(contents(dir)['opensafely-asthma.csv']).toContain('Changed');
  },
);

/** The folder once it is at rest: the program that exchanges folders goes on where the command is killed. */
async function restingContents(dir: string): Promise<Record<string, string>> {
  for (;;) {
    const now = contents(dir);
    await delay(50);
    if (JSON.stringify(contents(dir)) === JSON.stringify(now)) return now;
  }
}

it('codelists update killed at any moment leaves the folder as before or as after', async () => {
  const ids = Array.from({length: 20}, (_, at) => `opensafely/list-${at}/1`);
  const dir = study({'codelists.txt': ids.join('\n'), 'codelists.json': '{"files": {}}'});
  let random = testSeed(27);
  let whole = 0;
  for (let round = 0; round < (isLong ? 100 : 4); round += 1) {
    for (const id of ids) site.lists.set(id, {csv: `code,term\n${id},${round}\n`});
    const before = Object.values(contents(dir)).join('');
    random = (random * 16_807 + 11) % 2_147_483_647;
    const env = {OPENCODELISTS_BASE_URL: site.base, GITHUB_WORKFLOW: ''};
    const call = startCli(['codelists', 'update', '--project-dir', dir], {env});
    await call.saw('Fetching').catch(() => undefined);
    setTimeout(() => call.child.kill('SIGKILL'), random % 250);
    await call.end;
    const after = await restingContents(dir);
    const rounds = ids.map((id) =>
      after[`${id.split('/').slice(0, 2).join('-')}.csv`]?.endsWith(`,${round}\n`),
    );
    const isAfter = rounds.every((each) => each === true);
    if (isAfter) whole += 1;
    else expect(Object.values(after).join('')).toBe(before);
  }
  const last = await calls(dir)('update');
  expect(last.code).toBe(0);
  expect((await calls(dir)('check')).code).toBe(0);
  if (isLong) console.log(`${whole} of 100 updates were through before the kill`);
}, 600_000);
