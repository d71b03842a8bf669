import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect} from 'vitest';
import {ensureTestImages, PYTHON_IMAGE} from '../../build/testImages.mjs';
import {longTest} from '../gateShare';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {seriousViolations} from './seriousViolations';
import {projectText, writeStudy} from './windowStudy';

const registry = `study-desk-move-${process.pid}`;
const [OLD, NEW] = [`${registry}/python:v1`, `${registry}/python:v2`] as const;
const docker = (...args: readonly string[]): string => execFileSync('docker', args).toString();

/** The same table on both images, but for one cell. */
const SCRIPT = `import os
open("output/t.csv", "w").write("name,value\\na,1\\nb," + os.environ.get("NEWER", "2") + "\\n")
`;

describe.skipIf(noWindow || noEngine)('an action on another image', () => {
  beforeAll(async () => {
    await ensureTestImages();
    docker('tag', PYTHON_IMAGE, OLD);
    const container = docker('create', PYTHON_IMAGE, 'true').trim();
    docker('commit', '--change', 'ENV NEWER=3', container, NEW);
    docker('rm', container);
  }, 900_000);
  afterAll(() => {
    docker('rmi', '--force', OLD, NEW);
  });

  longTest(
    'runs on both, is compared cell by cell, and project.yaml is changed when asked',
    async () => {
      const dir = await writeStudy('moved', {
        'project.yaml': projectText({
          one: {run: 'python:v1 python one.py', outputs: {moderately_sensitive: 'output/t.csv'}},
        }),
        'one.py': SCRIPT,
        'output/.keep': '',
      });
      const project = (): string => readFileSync(join(dir, 'project.yaml'), 'utf8');
      const before = project();
      const {page} = await launchDesk({dir, env: {DOCKER_REGISTRY: registry}});
      await page.getByRole('treeitem', {name: /^one/u}).click();
      await page.keyboard.press('Control+k');
      await page.keyboard.type('another image');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', {name: 'Another image for one'});
      await dialog.getByLabel('Other image').fill('python:v2');
      await dialog.getByRole('button', {name: 'Run on both'}).click();
      await dialog.getByText('It runs on python:v2.').waitFor();
      expect(await dialog.getByRole('listitem').allTextContents()).toEqual([
        expect.stringMatching(/^output\/t\.csv: .*1 cell/u),
      ]);
      expect(await seriousViolations(page)).toEqual([]);
      expect(project()).toBe(before);
      await dialog.getByRole('button', {name: 'Change project.yaml…'}).click();
      await page.getByRole('button', {name: 'Write to project.yaml'}).click();
      await expect.poll(project).toBe(before.replace('python:v1', 'python:v2'));
      expect(docker('ps', '-aq', '--filter', `ancestor=${NEW}`)).toBe('');
    },
  );
});
