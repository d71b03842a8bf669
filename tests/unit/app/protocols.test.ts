import {mkdir, mkdtemp, realpath, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {createAppProtocol, fileOfAddress} from '../../../electron/app/appProtocol';
import {createOutputOrigins} from '../../../electron/app/outputProtocol';
import {fileInStudy} from '../../../electron/files/fileInStudy';
import {appError} from '../../../shared/errors';
import {fakeStudy} from '../../ipc/fakeCore';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'protocols-')));
  await writeFile(join(folder, 'index.html'), '<html><head><title>x</title></head></html>');
  await writeFile(join(folder, 'main.js'), 'export {};');
  await writeFile(join(folder, 'notes.txt'), 'not for the page');
  await mkdir(join(folder, 'output'));
  await writeFile(join(folder, 'output/a report.html'), '<p>hello</p>');
  await writeFile(join(folder, 'output/b.html'), '<p>beside it</p>');
  await writeFile(join(folder, 'output/unlisted.html'), '<p>secret</p>');
  await writeFile(join(folder, 'output/script.js'), 'alert(1)');
  await symlink('/etc/passwd', join(folder, 'output/link.html'));
});

describe('addresses of our own pages', () => {
  it.each([
    ['app://study-desk/', 'index.html'],
    ['app://study-desk/index.html', 'index.html'],
    ['app://study-desk/assets/main.js?v=1#x', 'assets/main.js'],
    ['app://study-desk/../../main.js', 'main.js'],
  ])('%s', (url, file) => expect(fileOfAddress(folder, url)).toBe(join(folder, file)));

  it.each([
    'app://other/index.html',
    'https://study-desk/index.html',
    'app://study-desk/..%2f..%2fetc/passwd',
    'app://study-desk/%2e%2e/%2e%2e%2fpasswd',
    'app://study-desk/a%00.js',
    'app://study-desk/..%5c..%5cpasswd',
    'app://study-desk/%zz',
    'nonsense',
  ])('lead nowhere else: %s', (url) => {
    const file = fileOfAddress(folder, url);
    expect(file === null || file.startsWith(`${folder}/`)).toBe(true);
    expect(file ?? '').not.toMatch(/^\/etc/);
  });

  it('are answered with the policy, and pages with a nonce of their own', async () => {
    const answer = createAppProtocol(folder);
    const nonces = new Set<string>();
    for (let load = 0; load < 2; load += 1) {
      const response = await answer(new Request('app://study-desk/index.html'));
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(nonce).toMatch(/^[\w+/]{20,}={0,2}$/);
      expect(await response.text()).toContain(`<meta property="csp-nonce" nonce="${nonce}" />`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });

  it('tell when a script has been served, since then there is time for other things', async () => {
    let served = 0;
    const answer = createAppProtocol(folder, () => {
      served += 1;
    });
    await answer(new Request('app://study-desk/index.html'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(served).toBe(0);
    await answer(new Request('app://study-desk/main.js'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(served).toBe(1);
  });

  it('answer scripts as they are, and nothing of a kind the page does not need', async () => {
    const answer = createAppProtocol(folder);
    const script = await answer(new Request('app://study-desk/main.js'));
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await script.text()).toBe('export {};');
    expect((await answer(new Request('app://study-desk/notes.txt'))).status).toBe(404);
    expect((await answer(new Request('app://study-desk/missing.js'))).status).toBe(404);
  });
});

describe('addresses of HTML outputs', () => {
  const known = ['output/a report.html', 'output/link.html', 'output/script.js', 'output/b.html'];
  const origins = () =>
    createOutputOrigins((dir) =>
      dir === folder
        ? fakeStudy(dir, {
            outputs: {
              fileOf: async (path, use) =>
                known.includes(path) && use === 'show'
                  ? fileInStudy(dir, path)
                  : {ok: false, error: appError('invalid-request', 'unknown')},
            },
          })
        : null,
    );

  it('show a known output under a policy that shuts it in', async () => {
    const made = origins();
    const address = made.address(folder, 'output/a report.html', false);
    expect(address).toMatch(/^study-output:\/\/[0-9a-f]{32}\/output\/a%20report\.html$/);
    const response = await made.answer(new Request(address));
    expect(await response.text()).toBe('<p>hello</p>');
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('run the scripts of the one file they were asked for, and of no other there', async () => {
    const made = origins();
    const policyOf = async (address: string): Promise<string | null> =>
      (await made.answer(new Request(address))).headers.get('content-security-policy');
    const still = made.address(folder, 'output/a report.html', false);
    const scripted = made.address(folder, 'output/a report.html', true);
    expect(new URL(scripted).host).not.toBe(new URL(still).host);
    expect(await policyOf(still)).toMatch(/^sandbox;/);
    expect(await policyOf(scripted)).toMatch(/^sandbox allow-scripts;/);
    expect(await policyOf(scripted.replace('a%20report', 'b'))).toMatch(/^sandbox;/);
  });

  it.each([
    ['a file that is no known output', 'output/unlisted.html'],
    ['a link out of the study', 'output/link.html'],
    ['a script', 'output/script.js'],
    ['a file that is missing', 'output/none.html'],
    ['a way upwards', '../x.html'],
  ])('do not show %s', async (_what, path) => {
    const made = origins();
    expect((await made.answer(new Request(made.address(folder, path, false)))).status).toBe(404);
  });

  it('hold for the study they were made for, and cannot be guessed', async () => {
    const made = origins();
    const other = made.address('/elsewhere', 'output/a report.html', false);
    expect((await made.answer(new Request(other))).status).toBe(404);
    const guessed = 'study-output://00000000000000000000000000000000/output/a%20report.html';
    expect((await made.answer(new Request(guessed))).status).toBe(404);
    expect(origins().address(folder, 'x', false)).not.toBe(made.address(folder, 'x', false));
  });
});
