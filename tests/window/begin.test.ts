import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {answerFromGit, bareRepository, commit} from '../integration/git/actionRepositories';
import {nodeOf} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {emptyFolder, projectText} from './windowStudy';

const TOKEN = 'secret-token-of-the-test';
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

describe.skipIf(noWindow)('a study is begun on the start page', () => {
  it('from the template, in a folder that is asked for', async () => {
    const parent = await emptyFolder();
    const {page} = await launchDesk({dir: null});
    await page.getByRole('button', {name: 'New study…'}).click();
    const dialog = page.getByRole('dialog', {name: 'New study'});
    await dialog.getByLabel('Name').fill('of-mine');
    expect(await dialog.getByRole('button', {name: 'Begin'}).isDisabled()).toBe(true);
    await dialog.getByLabel('In the folder').fill(parent);
    await dialog.getByRole('button', {name: 'Begin'}).click();
    await page.getByRole('heading', {name: 'of-mine'}).waitFor();
    const begun = page.getByRole('dialog', {name: 'The study was begun'});
    await begun.getByRole('button', {name: 'Take the tour'}).waitFor();
    await begun.getByRole('button', {name: 'Add the first action…'}).click();
    await page.getByRole('dialog', {name: 'Add an action'}).waitFor();
    expect(existsSync(join(parent, 'of-mine/.git/HEAD'))).toBe(true);
    expect(existsSync(join(parent, 'of-mine/project.yaml'))).toBe(true);
  });

  it('from a private repository by a token that stays nowhere, and what is stopped leaves nothing', async () => {
    const base = await emptyFolder();
    bareRepository(base, 'study', (work) =>
      commit(work, {
        'project.yaml': projectText({
          gen: {
            run: 'python:v2 python a.py',
            outputs: {highly_sensitive: 'output/gen.csv'},
          },
        }),
      }),
    );
    let isSlow = true;
    const server = createServer((request, response) => {
      const sent = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString();
      if (isSlow) return;
      if (!sent.endsWith(`:${TOKEN}`)) response.writeHead(401).end();
      else answerFromGit(base, (request.url ?? '').slice(1), request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // of a server that listens at a port
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/study.git`;

    const parent = join(base, 'studies');
    mkdirSync(parent);
    const {page} = await launchDesk({dir: null, env: {HOME: base, GIT_CONFIG_NOSYSTEM: '1'}});
    await page.getByRole('button', {name: 'Clone a study…'}).click();
    const dialog = page.getByRole('dialog', {name: 'Clone a study'});
    await dialog.getByLabel('Address').fill(url);
    await dialog.getByLabel('In the folder').fill(parent);
    await dialog.getByRole('button', {name: 'Clone', exact: true}).click();
    await dialog.getByRole('button', {name: 'Stop'}).click();
    await page.getByText('The clone was stopped.').waitFor();
    expect(readdirSync(parent)).toEqual([]);

    isSlow = false;
    await dialog.getByLabel('Token, where it is private').fill(TOKEN);
    await dialog.getByRole('button', {name: 'Clone', exact: true}).click();
    await nodeOf(page, 'gen').waitFor();
    const study = join(parent, 'study');
    for (const entry of readdirSync(study, {recursive: true, withFileTypes: true}))
      if (entry.isFile())
        expect(readFileSync(join(entry.parentPath, entry.name)).includes(TOKEN)).toBe(false);

    const anew = async (): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByLabel('Find actions, scripts').fill('Clone a study');
      await page.keyboard.press('Enter');
      await dialog.getByLabel('Address').fill(url);
    };
    // kept for the next one, without a keychain in memory alone
    await anew();
    await dialog.getByText(/One for this host is kept until Study Desk closes/).waitFor();
    await dialog.getByLabel('Name').fill('again');
    await dialog.getByLabel('In the folder').fill(parent);
    await dialog.getByRole('button', {name: 'Clone', exact: true}).click();
    await page.getByRole('heading', {name: 'again'}).waitFor();
    await anew();
    await dialog.getByRole('button', {name: 'Forget it'}).click();
    await dialog.getByText(/Kept by the system’s keychain, or until/).waitFor();
    rmSync(study, {recursive: true});
  });
});
