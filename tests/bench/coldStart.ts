import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {cp, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {electronEnvironment, findElectron} from '../../build/electronRuntime.mjs';
import {openThroughPort} from '../../build/openThroughPort.mjs';
import {inCheckout, median, sized, type Measurement} from './measurement';

const rounds = sized(5, 1);

/** What is started: the application in release/ (`npm run package`) where it was made, else that of the checkout. */
interface Program {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Seconds from the start of the program until the window shows something, and until it answers with the study's graph. */
interface Start {
  readonly shown: number;
  readonly interactive: number;
}

/** From the start of the program to a window with the sample study's graph that answers a key. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-start-'));
  try {
    const dir = join(folder, 'sample');
    await cp(inCheckout('electron/sample/study'), dir, {recursive: true});
    const program = await programOf(dir);
    await start(program);
    const warm: Start[] = [];
    const cold: Start[] = [];
    for (let round = 0; round < rounds; round += 1) warm.push(await start(program));
    for (let round = 0; round < rounds; round += 1) {
      await forget(dirname(program.executable));
      cold.push(await start(program));
    }
    console.error(`starts of ${program.executable}: ${JSON.stringify({warm, cold})}`);
    const row = (name: string, all: readonly Start[], of: keyof Start, limit: number) => ({
      ...{name, measured: median(all.map((each) => each[of])), limit, unit: 's'},
    });
    return [
      row('Start to a window on screen, warm', warm, 'shown', 1),
      row('Start to a window on screen, files not in memory', cold, 'shown', 2),
      row('Start to an interactive window with the sample study', warm, 'interactive', 1.5),
    ];
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

async function programOf(dir: string): Promise<Program> {
  const packaged = inCheckout('release/linux-unpacked/study-desk');
  const electron = await findElectron();
  const env = electronEnvironment(electron);
  if (existsSync(packaged)) return {executable: packaged, args: ['--dir', dir], env};
  return {executable: electron.executable, args: [inCheckout('.'), '--dir', dir], env};
}

/** Lets Linux forget what it has in memory of the files of a folder, as after a start of the computer. */
async function forget(folder: string): Promise<void> {
  const each = 'sync; find "$0" -type f -exec dd if={} iflag=nocache count=0 status=none \\;';
  if (process.platform === 'linux') await promisify(execFile)('sh', ['-c', each, folder]);
}

/** The page's own clock says when; ours says since when. */
async function start(program: Program): Promise<Start> {
  const desk = await openThroughPort(program);
  try {
    await desk.page.waitForSelector('.react-flow__node');
    const at = await desk.page.evaluate(
      () =>
        new Promise<Start>((resolve) => {
          requestAnimationFrame(() => {
            setTimeout(() => {
              const {timeOrigin} = performance;
              const [painted] = performance.getEntriesByName('first-contentful-paint');
              const interactive = timeOrigin + performance.now();
              resolve({shown: timeOrigin + (painted?.startTime ?? Infinity), interactive});
            });
          });
        }),
    );
    const since = (time: number): number => (time - desk.startedAt) / 1000;
    return {shown: since(at.shown), interactive: since(at.interactive)};
  } finally {
    await desk.close();
  }
}
