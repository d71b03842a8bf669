import {readFile} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {REGISTRY} from '../queue/engine';
import {openHosts, openSite, type Hosts, type Site} from '../queue/site';
import {median, mustRun, secondsOf, sized, type Measurement} from './measurement';

const requests = sized(200, 2);
const workers = 2;
const rounds = sized(2, 1);
/** Seconds for which an idle runner is watched; it polls every five. */
const idleSeconds = sized(40, 1);

/**
 * 200 requests for an action each, all there before the first poll, through a real job server and a real git server, against as
 * many bare `docker run --rm` of the same image and command, as many at a time; and what a runner without work takes of a processor.
 */
export async function bench(): Promise<readonly Measurement[]> {
  const hosts = await openHosts();
  try {
    const ours: number[] = [];
    const bare: number[] = [];
    // in turn, so that what else the machine does falls on both
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await secondsOf(bareRuns));
      ours.push(await servedRuns(hosts));
    }
    console.error(`bare: ${times(bare)}; served: ${times(ours)}`);
    return [
      {
        name: `${requests} requests of one action against bare docker run`,
        measured: median(ours) / median(bare),
        limit: 1.3,
        unit: 'times',
      },
      {
        name: 'processor time of a runner without work',
        measured: await idlePercent(hosts),
        limit: 0.5,
        unit: '%',
      },
    ];
  } finally {
    await hosts.close();
  }
}

function times(seconds: readonly number[]): string {
  return seconds.map((each) => `${each.toFixed(2)} s`).join(', ');
}

async function bareRuns(): Promise<void> {
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const image = `${REGISTRY}/python:v2`;
      await mustRun('docker', ['run', '--rm', '--network', 'none', image, 'touch', '/tmp/row.csv']);
    }
  };
  await Promise.all(Array.from({length: workers}, worker));
}

/** Seconds from the start of the runner to its end, with everything told and stored. */
async function servedRuns(hosts: Hosts): Promise<number> {
  const names = Array.from({length: requests}, (_, index) => `write_${index + 1}`);
  const study = hosts.study(
    Object.fromEntries(names.map((name) => [name, {script: `touch output/${name}.csv`}])),
  );
  return atSite(hosts, {MAX_WORKERS: String(workers), POLL_INTERVAL: '5'}, async (site) => {
    for (const name of names) site.ask({study, actions: [name]});
    const seconds = await secondsOf(async () => {
      const {code, stderr} = await site.start({}, '--once').end;
      if (code !== 0) throw new Error(`serve ended with ${code}: ${stderr}`);
    });
    const left = site.server.v2.active();
    if (left.length > 0) throw new Error(`${left.length} requests were left`);
    return seconds;
  });
}

async function idlePercent(hosts: Hosts): Promise<number> {
  return atSite(hosts, {POLL_INTERVAL: '5', JOB_LOOP_INTERVAL: '1'}, async (site) => {
    const {child} = site.start();
    await site.polls(1);
    // what belongs to the start is over then
    await delay(sized(5000, 100));
    const before = await processorSeconds(child.pid);
    await delay(idleSeconds * 1000);
    return (((await processorSeconds(child.pid)) - before) / idleSeconds) * 100;
  });
}

/** Seconds of processor time that a process has taken, by Linux's own count of hundredths. */
async function processorSeconds(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function atSite<T>(
  hosts: Hosts,
  env: Readonly<Record<string, string>>,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const site = await openSite(hosts, env);
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}
