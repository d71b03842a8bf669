import {cp, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {
  electronEnvironment,
  findElectron,
  type ElectronRuntime,
} from '../../build/electronRuntime.mjs';
import {openThroughPort} from '../../build/openThroughPort.mjs';
import {inCheckout, median, sized, type Measurement} from './measurement';

const rounds = sized(5, 1);

/** From the start of the program to a window with the sample study's graph that answers a key. */
export async function bench(): Promise<readonly Measurement[]> {
  const electron = await findElectron();
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-start-'));
  try {
    const dir = join(folder, 'sample');
    await cp(inCheckout('electron/sample/study'), dir, {recursive: true});
    await secondsToInteractive(electron, dir);
    const measured: number[] = [];
    for (let round = 0; round < rounds; round += 1)
      measured.push(await secondsToInteractive(electron, dir));
    console.error(`cold start: ${measured.map((each) => `${each.toFixed(2)} s`).join(', ')}`);
    return [
      {
        name: 'Cold start to an interactive window with the sample study',
        measured: median(measured),
        limit: 1.5,
        unit: 's',
      },
    ];
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

/** The page's own clock says when; ours says since when. */
async function secondsToInteractive(electron: ElectronRuntime, dir: string): Promise<number> {
  const desk = await openThroughPort({
    executable: electron.executable,
    args: [inCheckout('.'), '--dir', dir],
    env: electronEnvironment(electron),
  });
  try {
    await desk.page.waitForSelector('.react-flow__node');
    const interactiveAt = await desk.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          requestAnimationFrame(() => {
            setTimeout(() => resolve(performance.timeOrigin + performance.now()));
          });
        }),
    );
    return (interactiveAt - desk.startedAt) / 1000;
  } finally {
    await desk.close();
  }
}
