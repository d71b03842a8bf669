import {appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {CDPSession} from 'playwright-core';
import {openDesk, type OpenDesk} from '../../build/openDesk.mjs';
import {askHost, runWithoutEngine} from '../window/deskActions';
import {jumpingClock, type JumpingClock} from './jumpingClock';
import {writeLargeStudy} from './largeStudy';
import {isSmall, sized, within, type Measurement} from './measurement';

/** Each round is a quarter of an hour of a working day, of eight hours. */
const ROUNDS = sized(32, 2);
const HOURS = ROUNDS / 4;
/** What grows once, such as code that is compiled when it is first used, has grown by then. */
const WARM_UP = sized(4, 1);
const LOG_LINES = sized(50_000, 500);
const IDLE_SECONDS = sized(30, 2);
const ACTION = 'a_working_day';
/** Where the clock jumps to, in seconds from where it was right: an hour of summer, a wrong day, years back. */
const JUMPS = [0, 3600, -86_400, 90, -100_000_000];

/** A day with the largest study in the window, accelerated, with a clock that jumps: what grows, what is left behind, what it takes at rest. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-long-day-'));
  try {
    const dir = join(folder, 'study');
    await writeLargeStudy(dir);
    await appendFile(
      join(dir, 'project.yaml'),
      `\n  ${ACTION}:\n    run: python:v2 python analysis/day.py\n    outputs:\n      moderately_sensitive:\n        day: output/day.csv\n`,
    );
    await mkdir(join(dir, 'analysis'), {recursive: true});
    await writeScript(dir, 0);
    const clock = await jumpingClock(folder);
    const desk = await openDesk({
      ...{dir, width: 1280, height: 800},
      env: {STUDY_DESK_EXECUTOR: 'process', ...clock.env},
    });
    try {
      return await measured(desk, dir, clock);
    } finally {
      await desk.close();
    }
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

async function measured(
  desk: OpenDesk,
  dir: string,
  clock: JumpingClock,
): Promise<readonly Measurement[]> {
  const {page} = desk;
  await page.waitForSelector('.react-flow__node');
  const devtools = await page.context().newCDPSession(page);
  const quarter = async (round: number): Promise<void> => {
    await clock.jump(JUMPS[round % JUMPS.length] ?? 0);
    await quarterOfAnHour(desk, dir, round);
  };
  for (let round = 0; round < WARM_UP; round += 1) await quarter(round);
  const before = await look(desk, devtools);
  for (let round = 0; round < ROUNDS; round += 1) {
    await quarter(WARM_UP + round);
    console.error(
      `hour ${((round + 1) / 4).toFixed(2)}: ${JSON.stringify(await look(desk, devtools))}`,
    );
  }
  const after = await look(desk, devtools);
  const idle = await idleShare(desk);
  const grown = (of: keyof Look): number => after[of] - before[of];
  // what is left behind each time is four an hour and more
  const left = (what: string, of: keyof Look): Measurement => ({
    name: `Long day: ${what} left behind an hour`,
    ...{measured: Math.max(0, grown(of)) / HOURS, limit: isSmall ? null : 0.5, unit: ''},
  });
  return [
    {
      name: 'Long day: the page grows an hour',
      measured: grown('page') / HOURS,
      limit: 5,
      unit: 'MB',
    },
    {
      name: 'Long day: the host grows an hour',
      measured: grown('host') / HOURS,
      limit: 2,
      unit: 'MB',
    },
    {name: 'Long day: at rest', measured: idle * 100, limit: 0.5, unit: '% of a core'},
    left('listeners of the page', 'pageListeners'),
    left('listeners of the host', 'hostListeners'),
    left('timers of the host', 'timers'),
    left('watched folders', 'watchers'),
    left('workers and child processes', 'workers'),
    left('open files', 'files'),
  ];
}

/** Prints many lines, and writes an output that is another one each time. */
function writeScript(dir: string, round: number): Promise<void> {
  return writeFile(
    join(dir, 'analysis/day.py'),
    `import os\nos.makedirs("output", exist_ok=True)\nfor n in range(${LOG_LINES}):\n    print("line", n, "of round ${round}")\nopen("output/day.csv", "w").write("round\\n${round}\\n")\n`,
  );
}

/** Files change, a job runs and is looked at, the window goes and comes back, the computer sleeps and wakes. */
async function quarterOfAnHour(desk: OpenDesk, dir: string, round: number): Promise<void> {
  const {page, application} = desk;
  await writeScript(dir, round);
  await writeFile(join(dir, 'analysis/note.txt'), String(round));
  await runWithoutEngine(page, [ACTION]);
  await within('the run', untilIdle(desk), 300);
  await rm(join(dir, 'analysis/note.txt'));
  // each view and list once, and back
  for (const key of ['t', 'i', 'o', 'a', 'g']) {
    await page.keyboard.press(key);
    await delay(150);
  }
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', {name: /^Find actions, scripts/u}).fill(ACTION);
  await page.keyboard.press('Enter');
  await page.getByRole('tab', {name: /^Log/u}).click();
  await page.getByText(`of round ${round}`).first().waitFor();
  await page.keyboard.press('o');
  await page.getByText('day.csv').first().click();
  await delay(300);
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await application.evaluate(({BrowserWindow}) => BrowserWindow.getAllWindows()[0]?.hide());
  await delay(200);
  await application.evaluate(({BrowserWindow}) => BrowserWindow.getAllWindows()[0]?.show());
  const processes = await processesBelow(application.process().pid ?? 0);
  for (const each of processes) signal(each, 'SIGSTOP');
  await delay(500);
  for (const each of processes) signal(each, 'SIGCONT');
  await delay(500);
}

async function untilIdle({page}: OpenDesk): Promise<void> {
  for (;;) {
    await delay(300);
    const active = await askHost(page, 'runs:active', {});
    if (active.ok && Array.isArray(active.value) && active.value.length === 0) return;
  }
}

/** What is there now; memory in MB, after what nobody needs was thrown away. */
async function look({application}: OpenDesk, devtools: CDPSession) {
  await delay(3000);
  await devtools.send('HeapProfiler.collectGarbage');
  const {usedSize} = await devtools.send('Runtime.getHeapUsage');
  const {jsEventListeners} = await devtools.send('Memory.getDOMCounters');
  const host = await application.evaluate(({app, ipcMain, webContents}) => {
    const {setFlagsFromString} =
      process.getBuiltinModule?.('v8') ?? process.mainModule?.require('v8');
    const vm = process.getBuiltinModule?.('vm') ?? process.mainModule?.require('vm');
    setFlagsFromString('--expose-gc');
    (vm.runInNewContext('gc') as () => void)();
    const {heapUsed, external, arrayBuffers} = process.memoryUsage();
    const emitters = [process, app, ipcMain, ...webContents.getAllWebContents()];
    const listeners = emitters.flatMap((emitter) =>
      emitter.eventNames().map((name) => emitter.listenerCount(name as string)),
    );
    return {
      megabytes: (heapUsed + external + arrayBuffers) / 1e6,
      listeners: listeners.reduce((sum, count) => sum + count, 0),
      active: process.getActiveResourcesInfo(),
    };
  });
  const pid = application.process().pid ?? 0;
  const count = (...kinds: readonly string[]): number =>
    host.active.filter((kind) => kinds.includes(kind)).length;
  return {
    page: usedSize / 1e6,
    host: host.megabytes,
    pageListeners: jsEventListeners,
    hostListeners: host.listeners,
    timers: count('Timeout', 'Immediate'),
    watchers: await watchesOf(pid),
    workers: count('MessagePort', 'Worker', 'ProcessWrap'),
    files: (await readdir(`/proc/${pid}/fd`)).length,
  };
}
/** Folders and files that Linux watches for a process: Node does not list those that keep nothing from ending. */
async function watchesOf(pid: number): Promise<number> {
  const infos = await Promise.all(
    (await readdir(`/proc/${pid}/fdinfo`)).map((fd) =>
      readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8').catch(() => ''),
    ),
  );
  return infos.join('').split('inotify wd:').length - 1;
}
type Look = Awaited<ReturnType<typeof look>>;

/** The share of a core that all of the application takes when nobody does anything. */
async function idleShare({application}: OpenDesk): Promise<number> {
  const ticks = async (): Promise<number> => {
    let sum = 0;
    for (const pid of await processesBelow(application.process().pid ?? 0)) {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      sum += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    }
    return sum;
  };
  await delay(3000);
  const before = await ticks();
  await delay(IDLE_SECONDS * 1000);
  // a hundred ticks a second
  return ((await ticks()) - before) / 100 / IDLE_SECONDS;
}

/** A process and all that it has started. */
async function processesBelow(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const found = children.trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(found.map(processesBelow))).flat()];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended
  }
}
