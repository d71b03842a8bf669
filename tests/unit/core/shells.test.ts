import {rmSync} from 'node:fs';
import {afterEach, describe, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import type {Terminal} from '../../../electron/executor/tools';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import type {Shell, ShellOutput} from '../../../shared/shell';
import {folderOf} from '../../cli/runCli';
import {createFakeEngine} from '../../fakeEngine';

class ScriptedTerminal implements Terminal {
  readonly typed: string[] = [];
  stopped = false;
  private take: (stream: 'stdout', bytes: Buffer) => void | Promise<void> = () => undefined;
  private end: (ended: Result<number, AppError>) => void = () => undefined;
  private readonly ended = new Promise<Result<number, AppError>>((resolve) => {
    this.end = resolve;
  });

  print = async (text: string | Buffer): Promise<void> => this.take('stdout', Buffer.from(text));
  finish = (ended: Result<number, AppError>): void => this.end(ended);
  write = (bytes: Buffer): void => void this.typed.push(bytes.toString());
  endInput = (): void => undefined;
  resize = async (): Promise<void> => undefined;
  output = async (onPiece: Parameters<Terminal['output']>[0]): Promise<void> => {
    this.take = onPiece;
    await this.ended;
  };
  wait = () => this.ended;
  stop = async (): Promise<void> => {
    this.stopped = true;
    this.end(err(appError('cancelled', 'Stopped.')));
  };
}

interface Open {
  readonly study: Study;
  readonly terminals: readonly ScriptedTerminal[];
  readonly told: ShellOutput[];
  readonly changed: Shell[];
}

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function openStudy(): Promise<Open> {
  const dir = folderOf({
    'project.yaml':
      'version: 5\nactions:\n  one:\n    run: python:v2 python one.py --all "a b"\n    outputs:\n      highly_sensitive: {o: output/a.csv}\n  two:\n    run: python:v2 python two.py\n    needs: [one]\n    outputs:\n      highly_sensitive: {o: output/b.csv}\n',
    'one.py': '',
  });
  const terminals: ScriptedTerminal[] = [];
  const fake = createFakeEngine(() => ({files: {}}));
  const docker = {
    ...fake,
    tools: {
      ...fake.tools,
      command: async () => ok({entrypoint: ['/entry'], command: []}),
      open: async () => {
        const terminal = new ScriptedTerminal();
        terminals.push(terminal);
        return ok(terminal);
      },
    },
  };
  const core = createCore({executors: {docker}});
  const study = await core.openStudy(dir, {watch: false});
  if (!study.ok) throw new Error(study.error.message);
  const told: ShellOutput[] = [];
  const changed: Shell[] = [];
  study.value.subscribe((event) => {
    if (event.kind === 'shell-output') told.push(event.output);
    if (event.kind === 'shell-changed') changed.push(event.shell);
  });
  opened.push(async () => {
    await study.value.close();
    await core.close();
    rmSync(dir, {recursive: true, force: true});
  });
  return {study: study.value, terminals, told, changed};
}

async function openShell({study, terminals}: Open, action = 'one') {
  const shell = await study.shells.open({action, size: {columns: 80, rows: 24}, asLeft: false});
  const terminal = terminals.at(-1);
  if (!shell.ok || terminal === undefined) throw new Error('No shell was opened.');
  return {shell: shell.value, terminal};
}

describe('shells', () => {
  it('tell what the job would run, and what of its inputs is not there', async () => {
    const open = await openStudy();
    const {shell} = await openShell(open);
    expect(shell.command).toBe("/entry python one.py --all 'a b'");
    expect(shell.notices).toEqual([]);
    const second = await openShell(open, 'two');
    expect(second.shell.notices).toEqual([
      'one has not succeeded yet, so its outputs are missing.',
    ]);
    expect(open.study.shells.list()).toHaveLength(2);
    expect(
      await open.study.shells.open({action: 'three', size: {columns: 80, rows: 24}, asLeft: false}),
    ).toMatchObject({error: {kind: 'not-found'}});
  });

  it('go on while nobody looks, and keep what they printed last', async () => {
    const open = await openStudy();
    const {shell, terminal} = await openShell(open);
    for (let index = 0; index < 5; index += 1) await terminal.print(`${index}`.repeat(100_000));
    expect(open.told).toEqual([]);
    const watched = await open.study.shells.watch({id: shell.id});
    expect(watched).toMatchObject({value: {end: 500_000}});
    expect(watched.ok && watched.value.text).toBe('3'.repeat(100_000) + '4'.repeat(100_000));
  });

  it('wait for who watches, and go on once that has taken what came or looks away', async () => {
    const open = await openStudy();
    const {shell, terminal} = await openShell(open);
    await open.study.shells.watch({id: shell.id});
    await terminal.print('a'.repeat(150_000));
    let passed = false;
    const held = terminal.print('b'.repeat(150_000)).then(() => {
      passed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(passed).toBe(false);
    void open.study.shells.taken({id: shell.id, end: 150_000});
    await held;
    expect(open.told.map(({end}) => end)).toEqual([150_000, 300_000]);
    const again = terminal.print('c'.repeat(150_000));
    void open.study.shells.unwatch({id: shell.id});
    await again;
  });

  it('never break a letter that comes in two pieces', async () => {
    const open = await openStudy();
    const {shell, terminal} = await openShell(open);
    await open.study.shells.watch({id: shell.id});
    const bytes = Buffer.from('é');
    await terminal.print(bytes.subarray(0, 1));
    await terminal.print(bytes.subarray(1));
    expect(open.told.map(({text}) => text).join('')).toBe('é');
  });

  it('tell how they ended, also with the engine, and are ended with the study', async () => {
    const open = await openStudy();
    const first = await openShell(open);
    first.terminal.finish(ok(3));
    const second = await openShell(open);
    second.terminal.finish(err(appError('no-engine', 'Gone.')));
    await expect.poll(() => open.changed.length).toBe(2);
    expect(open.changed.map(({ended}) => ended)).toMatchObject([
      {exitCode: 3, error: null},
      {exitCode: null, error: {kind: 'no-engine'}},
    ]);
    const third = await openShell(open);
    expect(open.study.shells.underWay()).toEqual(['one']);
    void open.study.shells.write({id: third.shell.id, text: 'ls\r'});
    expect(third.terminal.typed).toEqual(['ls\r']);
    await open.study.close();
    expect(third.terminal.stopped).toBe(true);
  });
});
