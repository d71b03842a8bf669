import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {jobIdOf, openHosts, openSite, type Hosts, type Site} from '../queue/site';
import {launchDesk, noEngine, noWindow, type Desk} from '../window/launchDesk';

describe.skipIf(noWindow || noEngine)('the job queue', () => {
  let hosts: Hosts;
  let site: Site;

  beforeAll(async () => {
    hosts = await openHosts();
    site = await openSite(hosts);
  });

  afterAll(async () => {
    await site.close();
    await hosts.close();
  });

  /** Answers the question for a file in place of the user. */
  async function willChoose({application}: Desk, file: string): Promise<void> {
    await application.evaluate(({dialog}, path) => {
      dialog.showOpenDialog = () => Promise.resolve({canceled: false, filePaths: [path]});
    }, file);
  }

  it('is set up, started, serves a request, and is stopped, and holds on to nothing but the file', async () => {
    const settings = join(site.root, 'serve.env');
    const {NODE_EXTRA_CA_CERTS: certificates, ...others} = site.settings;
    // Electron trusts no certificate of ours: code comes from this computer's own disk here
    const variables = {...others, ALLOW_LOCAL_GIT_REPOS: 'true'};
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    await writeFile(settings, `# of this test\n${lines.join('\n')}\n`, {mode: 0o600});
    const desk = await launchDesk();
    const {page} = desk;
    await page.getByRole('button', {name: 'Job queue'}).click();
    const queue = page.getByRole('dialog', {name: 'Job queue'});
    await queue.getByText('You don’t need this.').waitFor();
    await willChoose(desk, settings);
    await queue.getByRole('button', {name: 'Choose the settings file…'}).click();
    await queue.getByText('Not running').waitFor();
    expect(site.server.recording.calls).toEqual([]);

    const {folder, sha} = hosts.study({
      gen: {script: 'sleep 2; date > output/gen.csv'},
      count: {script: 'exit 3', needs: ['gen']},
      table: {script: 'date > output/table.csv', needs: ['count']},
    });
    const request = site.ask({study: {repo: folder, sha}, actions: ['run_all']});
    await queue.getByRole('button', {name: 'Start the runner'}).click();
    await queue.getByText(/Running, started/).waitFor();
    await queue.getByRole('row', {name: /^Running gen/}).waitFor();
    await queue.getByRole('row', {name: /^Waiting count/}).waitFor();
    const failed = queue.getByRole('row', {name: /^Failed count/});
    await failed.getByText(`os-job-${jobIdOf(request, 'count')}`).waitFor();
    await queue.getByRole('row', {name: /^Succeeded gen/}).waitFor();
    await queue.getByRole('row', {name: /^Blocked table/}).waitFor();
    expect(await site.ended(request)).toEqual([
      'gen: succeeded',
      'count: failed nonzero_exit',
      'table: failed dependency_failed',
    ]);

    await queue.getByRole('button', {name: 'Stop the runner'}).click();
    await queue.getByText('Not running').waitFor();
    // one that runs outside of the window is seen, and left alone
    site.start({ALLOW_LOCAL_GIT_REPOS: 'true', NODE_EXTRA_CA_CERTS: certificates ?? ''});
    await queue.getByText('Running outside this window').waitFor();
    await site.stop();
    await queue.getByText('Not running').waitFor();
    await queue.getByRole('button', {name: 'Turn off'}).click();
    await queue.getByText('You don’t need this.').waitFor();
  });
});
