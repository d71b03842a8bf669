// `npm run cluster`: a small cluster of Slurm on this computer, in a temporary folder, for the tests and by hand: two nodes and
// a controller. Nothing of it outlives this program. Node's own modules only.
import {randomBytes} from 'node:crypto';
import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {hostname, tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {argv, env as ownEnv, stdin} from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {Trouble, fail, hasProgram, run, say, startProgram} from './childProcess.mjs';
import {clusterNeeds, ensureSystemPackages} from './systemPackages.mjs';

const PATH = `${ownEnv.PATH}:/usr/sbin:/sbin`;

/** Null where Slurm is installed, or why there can be no cluster. */
export async function noClusterReason() {
  const found = await Promise.all(
    ['slurmctld', 'slurmd'].map((name) => hasProgram(`/usr/sbin/${name}`, ['-V'])),
  );
  return found.every(Boolean) ? null : 'Slurm is not installed (`npm run cluster` installs it).';
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      {length: count},
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Processes of whose environment this holds. */
function processesWith(holds) {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && holds(readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0'));
    } catch {
      return false; // gone, or another user's
    }
  });
}

function slurmConf({folder, host, ports, nodes, user, minJobAge}) {
  return `ClusterName=study_desk
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports.controller}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/%n/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/%n/slurmd.pid
TaskProlog=${folder}/prolog
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=2
JobAcctGatherParams=OverMemoryKill,NoShared
KillWait=5
MinJobAge=${minJobAge}
ReturnToService=2
SlurmdTimeout=15
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
${nodes
  .map(
    (node) =>
      `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[node]} CPUs=2 RealMemory=16000\n`,
  )
  .join('')}PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** Starts a cluster (cluster.d.mts says what may be done with it). */
export async function startCluster({minJobAge = 300} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'study-desk-cluster-'));
  const nodes = ['n1', 'n2'];
  const names = ['controller', ...nodes];
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, at) => [name, free[at]]));
  const host = hostname().replace(/\..*$/, '');
  const user = userInfo().username;
  const env = {SLURM_CONF: join(folder, 'slurm.conf'), PATH};
  const programs = new Map();

  const start = (name, program, args, more = {}) => {
    const log = join(folder, `${name}.log`);
    const begun = startProgram('sh', ['-c', `exec "$@" >>"$LOG" 2>&1`, 'sh', program, ...args], {
      env: {...env, ...more, LOG: log},
      stdio: 'ignore',
      lastSignal: 'SIGTERM',
    });
    programs.set(name, begun);
    return begun;
  };
  const end = async (name, signal = 'SIGTERM') => {
    const program = programs.get(name);
    if (program === undefined || program.child.exitCode !== null) return;
    const gone = new Promise((resolve) => program.child.once('exit', resolve));
    program.stop(signal);
    await Promise.race([gone, delay(10_000, undefined, {ref: false})]);
    program.stop('SIGKILL');
  };
  const marker = (node) => `STUDY_DESK_CLUSTER_NODE=${join(folder, node)}`;
  const startController = () => start('slurmctld', 'slurmctld', ['-D', '-i']);
  const startNode = (node) =>
    start(node, 'slurmd', ['-D', '-N', node], {STUDY_DESK_CLUSTER_NODE: join(folder, node)});
  const stopController = () => end('slurmctld');
  /** As where its plug is pulled: its daemon, jobs and containers. */
  const killNode = async (node) => {
    const isOurs = (vars) =>
      vars.includes(marker(node)) ||
      (vars.includes(`SLURM_CONF=${env.SLURM_CONF}`) && vars.includes(`SLURMD_NODENAME=${node}`));
    const scratch = join(folder, node, 'scratch', `study-desk-${process.getuid()}`);
    for (let pids = processesWith(isOurs); pids.length > 0; pids = processesWith(isOurs)) {
      for (const pid of pids)
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // already gone
        }
      await delay(50);
    }
    const works = await readFolders(scratch);
    if (works.length > 0)
      await run('docker', ['rm', '--force', ...works.map((work) => `study-desk-${work}`)]);
  };
  const stop = async () => {
    for (const node of nodes) await killNode(node);
    for (const name of ['slurmctld', 'munged']) await end(name);
    rmSync(folder, {recursive: true, force: true});
  };

  try {
    for (const each of ['state', ...nodes.flatMap((node) => [`${node}/spool`, `${node}/scratch`])])
      mkdirSync(join(folder, each), {recursive: true});
    writeFileSync(join(folder, 'munge.key'), randomBytes(64), {mode: 0o400});
    writeFileSync(join(folder, 'cgroup.conf'), 'CgroupPlugin=disabled\n');
    writeFileSync(
      join(folder, 'prolog'),
      `#!/bin/sh\necho "export STUDY_DESK_SCRATCH=${folder}/$SLURMD_NODENAME/scratch"\n`,
      {mode: 0o755},
    );
    writeFileSync(env.SLURM_CONF, slurmConf({folder, host, ports, nodes, user, minJobAge}));
    start('munged', 'munged', [
      ...['--foreground', '--force', `--key-file=${folder}/munge.key`],
      ...['socket', 'pid-file', 'log-file', 'seed-file'].map(
        (name) => `--${name}=${folder}/munge.${name.replace(/-?file|et$/g, '')}`,
      ),
    ]);
    await delay(500);
    startController();
    for (const node of nodes) startNode(node);
    await until(async () => {
      const shown = await run('sinfo', ['--noheader', '--format=%D %T'], {env});
      return shown.stdout.trim() === `${nodes.length} idle`;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {folder, env, nodes, stopController, startController, killNode, startNode, stop};
}

async function readFolders(folder) {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{24}$/.test(name));
  } catch {
    return [];
  }
}

async function until(holds) {
  for (let tries = 0; tries < 60; tries += 1) {
    if (await holds()) return;
    await delay(500);
  }
  throw new Trouble('Slurm did not start in a minute.');
}

/** By hand: a shell in which Slurm's commands ask the cluster. */
async function main() {
  if (!(await ensureSystemPackages(await clusterNeeds()))) return;
  const cluster = await startCluster();
  say(`Two nodes of Slurm, in ${cluster.folder}. Leave this shell to stop them.`);
  const shell = stdin.isTTY ? ['-i'] : [];
  const child = spawn('bash', shell, {env: {...ownEnv, ...cluster.env}, stdio: 'inherit'});
  await new Promise((resolve) => child.once('exit', resolve));
  await cluster.stop();
}

if (argv[1] === fileURLToPath(import.meta.url)) await main().catch(fail);
