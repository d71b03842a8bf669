import {rmSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureJupyterImage, JUPYTER_REGISTRY} from '../../build/testImages.mjs';
import {pythonStudy, runCli, writes} from '../cli/runCli';

describe.skipIf(Boolean(process.env['STUDY_DESK_NO_ENGINE']))('the real JupyterLab', () => {
  const dir = pythonStudy({one: [[], writes('one', 'a\n1\n')]});
  const env = {DOCKER_REGISTRY: JUPYTER_REGISTRY};
  const call = (...args: readonly string[]) => runCli([...args, '--project-dir', dir], {env});

  beforeAll(() => ensureJupyterImage(), 1_800_000);
  afterAll(async () => {
    await call('launch', '--stop');
    rmSync(dir, {recursive: true, force: true});
  });

  it('takes our options and asks for our token', async () => {
    const [line] = (await call('launch', 'jupyter', '-b', '-n', '--json')).json();
    expect(line).toMatchObject({tool: 'jupyter', answers: true});
    const address = new URL(String(line?.['address']));
    const token = address.searchParams.get('token') ?? '';
    const contents = new URL('/api/contents', address);
    expect((await fetch(contents)).status).toBe(403);
    expect((await fetch(`${contents.href}?token=guessed`)).status).toBe(403);
    const found = await fetch(contents, {headers: {Authorization: `token ${token}`}});
    expect(JSON.stringify(await found.json())).toContain('project.yaml');
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('JupyterLab');
  });
});
