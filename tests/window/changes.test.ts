import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {GIT_ALONE} from '../unit/git/gitAlone';
import {answerFolder, nodeOf, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {projectText, writeStudy} from './windowStudy';

describe.skipIf(noWindow)('the changes of a study', () => {
  it('are looked at, committed, discarded, put back and left for another branch', async () => {
    const dir = await writeStudy('changes', {
      'project.yaml': projectText({
        gen: {
          run: 'python:v2 python analysis/gen.py',
          outputs: {highly_sensitive: 'output/gen.csv'},
        },
      }),
      'analysis/gen.py': 'first = 1\n',
      'README.md': 'read\n',
      '.gitignore': 'output/\nmetadata/\n',
    });
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-C', dir, ...args], {encoding: 'utf8', env: GIT_ALONE}).trim();
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'Start');
    git('branch', 'other');
    // who has no mail address is asked for both
    git('config', 'user.name', 'A');
    const home = join(dir, 'metadata');
    const {page} = await launchDesk({dir, env: {GIT_CONFIG_GLOBAL: join(home, 'gitconfig')}});
    await nodeOf(page, 'gen').waitFor();
    await page.keyboard.press('ControlOrMeta+K');
    await page.keyboard.type('Changes since');
    await page.keyboard.press('Enter');
    const view = page.getByRole('article', {name: 'Changes', exact: true});
    await view.getByText('Nothing to commit').waitFor();

    writeFileSync(join(dir, 'analysis/gen.py'), 'first = 2\n');
    writeFileSync(join(dir, 'README.md'), 'other\n');
    await view.getByRole('button', {name: 'analysis/gen.py'}).click();
    await view.getByText('Makes out of date, unless run since: gen').waitFor();
    await view.getByText('+first = 2').waitFor();
    await view.getByRole('checkbox', {name: 'Take README.md'}).uncheck();
    const commit = view.getByRole('button', {name: 'Commit 1 file'});
    await view.getByRole('textbox', {name: 'Message'}).fill('Count from two');
    expect(await commit.isDisabled()).toBe(true);
    await view.getByRole('textbox', {name: 'Your name'}).fill('Ada');
    await view.getByRole('textbox', {name: 'Your mail address'}).fill('ada@example.org');
    await commit.click();
    await view.getByText(/^Committed as /).waitFor();
    expect(git('log', '-1', '--format=%s %ae', '--name-only').split(/\n+/)).toEqual([
      'Count from two ada@example.org',
      'analysis/gen.py',
    ]);

    await view.getByRole('button', {name: 'Discard 1 file…'}).waitFor({state: 'detached'});
    await view.getByRole('checkbox', {name: 'Take README.md'}).check();
    await view.getByRole('button', {name: 'Discard 1 file…'}).click();
    await page.getByRole('button', {name: 'Discard', exact: true}).click();
    await view.getByText('Nothing to commit').waitFor();
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('read\n');
    await view.getByRole('button', {name: 'Undo discard'}).click();
    await view.getByText('Put back: README.md').waitFor();
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('other\n');

    // what keeps it from the server, and where that is put right
    await view.getByRole('button', {name: 'Ready for the server?'}).click();
    const ready = page.getByRole('dialog', {name: 'Ready for the server?'});
    await ready.getByText('Not ready for the server: 4 findings.').waitFor();
    await ready.getByText('README.md was changed since the last commit.').waitFor();
    await ready.getByText('Push it with git push -u origin main.').waitFor();
    await ready.getByText('Nothing was run.').waitFor();
    await ready.getByRole('button', {name: 'Change to version 5…'}).waitFor();
    await ready.getByRole('button', {name: 'Show the changes'}).click();

    await view.getByRole('button', {name: 'Switch branch…'}).click();
    await page.getByRole('menuitem', {name: 'other'}).click();
    const dialog = page.getByRole('dialog', {name: 'Switch to other'});
    await dialog.getByText('1 action may be out of date then: gen.').waitFor();
    await dialog.getByRole('button', {name: 'Switch', exact: true}).click();
    await view.getByText('On other now.').waitFor();
    expect(git('branch', '--show-current')).toBe('other');
    expect(readFileSync(join(dir, 'analysis/gen.py'), 'utf8')).toBe('first = 1\n');
  });

  it('take in what the server released as outputs, shown before, and let it go again', async () => {
    const dir = await writeStudy('released', {
      'project.yaml': projectText({
        gen: {
          run: 'python:v2 python analysis/gen.py',
          outputs: {moderately_sensitive: 'output/gen.csv'},
        },
      }),
      'analysis/gen.py': 'first = 1\n',
      'released/gen.csv': 'n\n7\n',
    });
    const desk = await launchDesk({dir});
    const {page} = desk;
    await nodeOf(page, 'gen').click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Take in released');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', {name: 'Take in released outputs of gen'});
    await answerFolder(desk, join(dir, 'released'));
    await dialog.getByRole('button', {name: 'Choose…'}).click();
    await dialog.getByText('output/gen.csv').waitFor();
    await dialog.getByRole('button', {name: 'Take in 1 file'}).click();
    await page.getByText(/^Supplied from released, of /).waitFor();
    expect(readFileSync(join(dir, 'output/gen.csv'), 'utf8')).toBe('n\n7\n');
    await page.getByRole('button', {name: 'Take them out again'}).click();
    await waitForState(page, 'gen', 'never-run');
    expect(existsSync(join(dir, 'output/gen.csv'))).toBe(false);
  });
});
