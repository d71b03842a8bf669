// `npm run cluster`: a small cluster of Slurm on this computer, in a temporary folder, for the tests and by hand: two nodes,
// a controller and the accounting, with a network of their own. Nothing of it outlives this program. Node's own modules only.
import {randomBytes, randomInt} from 'node:crypto';
import {spawn} from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {argv, env as ownEnv, stdin} from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {Trouble, fail, run, say, startProgram} from './childProcess.mjs';
import {clusterLacks, clusterNeeds, ensureSystemPackages} from './systemPackages.mjs';

const PATH = `${ownEnv.PATH}:/usr/sbin:/sbin`;

/** Null where a cluster can be started, or why there can be none. */
export async function noClusterReason() {
  if (process.getuid?.() !== 0) return 'Only root may give its nodes a network.';
  const isThere = clusterLacks().length === 0;
  return isThere ? null : 'Slurm is not installed (`npm run cluster` installs it).';
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

function slurmConf({folder, host, addresses, nodes, minJobAge, hasAccounting}) {
  const accounting = `AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=${addresses.controller}
AccountingStoragePass=${folder}/munge.sock
`;
  return `ClusterName=study_desk
SlurmctldHost=${host}(${addresses.controller})
SlurmUser=root
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
${hasAccounting ? accounting : ''}${nodes
    .map(
      (node) =>
        `NodeName=${node} NodeHostname=${host} NodeAddr=${addresses[node]} CPUs=2 RealMemory=16000\n`,
    )
    .join('')}PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

function slurmdbdConf({folder, host, address}) {
  return `DbdHost=${host}
DbdAddr=${address}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
SlurmUser=root
PidFile=${folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StorageUser=root
`;
}

/** How a program is called in the network of another. */
const inNetworkOf = (pid) => ['nsenter', `--net=/proc/${pid}/ns/net`];

/**
 * Joins the networks of these processes, and this computer's, by a bridge in that of the first; answers their addresses. The
 * bridge is in none of this computer's own, as the rules that engines lay down there would hold for it too.
 */
async function joinNetworks(name, pids) {
  const network = `10.77.${randomInt(256)}`;
  const [first, ...others] = pids;
  const script = `
ip link set lo up
ip link add bridge type bridge
ip addr add ${network}.1/24 dev bridge
ip link set bridge up
join() {
  ip link add "to$1" type veth peer name ${name} netns "$2"
  ip link set "to$1" master bridge up
  nsenter --net="/proc/$2/ns/net" sh -ec "ip addr add ${network}.$1/24 dev ${name}; ip link set ${name} up"
}
${others.map((pid, at) => `join ${at + 2} ${pid}; nsenter --net=/proc/${pid}/ns/net ip link set lo up\n`).join('')}join 254 ${process.pid}
`;
  const [program, ...args] = inNetworkOf(first);
  const made = await run(program, [...args, 'sh', '-ec', script]);
  if (made.code !== 0) throw new Trouble(`The nodes have no network. ${made.stderr}`);
  return pids.map((_, at) => `${network}.${at + 1}`);
}

/** Starts a cluster (cluster.d.mts says what may be done with it). */
export async function startCluster({minJobAge = 300, hasAccounting = true} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'study-desk-cluster-'));
  const nodes = ['n1', 'n2'];
  const host = hostname().replace(/\..*$/, '');
  const env = {SLURM_CONF: join(folder, 'slurm.conf'), PATH};
  const programs = new Map();
  // each holds the network of one place for as long as it lives
  const holders = new Map();

  const start = (name, place, program, args, more = {}) => {
    const log = join(folder, `${name}.log`);
    const words = [...inNetworkOf(holders.get(place).child.pid), program, ...args];
    const begun = startProgram('sh', ['-c', `exec "$@" >>"$LOG" 2>&1`, 'sh', ...words], {
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
  const startController = () => start('slurmctld', 'controller', 'slurmctld', ['-D', '-i']);
  const startNode = (node) =>
    start(node, node, 'slurmd', ['-D', '-N', node], {STUDY_DESK_CLUSTER_NODE: join(folder, node)});
  const stopController = () => end('slurmctld');
  /** As where its plug is pulled: its daemon, jobs and containers. */
  const killNode = async (node) => {
    const isOurs = (vars) =>
      vars.includes(marker(node)) ||
      (vars.includes(`SLURM_CONF=${env.SLURM_CONF}`) && vars.includes(`SLURMD_NODENAME=${node}`));
    const scratch = join(folder, node, 'scratch/study-desk-0');
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
    for (const name of ['slurmctld', 'slurmdbd', 'mariadbd', 'munged']) await end(name);
    for (const holder of holders.values()) holder.stop('SIGKILL');
    rmSync(folder, {recursive: true, force: true});
  };

  /** The database of accounting, without users of its own: it listens in its own network alone. */
  const startAccounting = async (address) => {
    const data = `--datadir=${folder}/data`;
    const made = await run('mariadb-install-db', ['--no-defaults', data, '--user=root']);
    if (made.code !== 0) throw new Trouble(`The database could not be made. ${made.stderr}`);
    start('mariadbd', 'controller', 'mariadbd', [
      ...['--no-defaults', data, '--user=root', '--skip-grant-tables', '--bind-address=127.0.0.1'],
      ...[`--socket=${folder}/mariadb.sock`, `--pid-file=${folder}/mariadb.pid`],
    ]);
    const ask = ['--no-defaults', `--socket=${folder}/mariadb.sock`, '--user=root', '--execute'];
    // Debian's slurmdbd fails at its first query where it has to make this itself (error 5027 of libmariadb)
    const query = 'create database slurm_acct_db';
    await until(async () => (await run('mariadb', [...ask, query])).code === 0);
    const conf = join(folder, 'slurmdbd.conf');
    writeFileSync(conf, slurmdbdConf({folder, host, address}), {mode: 0o600});
    start('slurmdbd', 'controller', 'slurmdbd', ['-D']);
    await until(async () => {
      const asked = await run('sacctmgr', ['--immediate', 'add', 'cluster', 'study_desk'], {env});
      return asked.code === 0;
    });
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
    for (const place of ['controller', ...nodes])
      holders.set(
        place,
        startProgram('unshare', ['--net', 'sleep', 'infinity'], {stdio: 'ignore'}),
      );
    const pids = [...holders.values()].map(({child}) => child.pid);
    const own = readlinkSync('/proc/self/ns/net');
    await until(async () => pids.every((pid) => readlinkSync(`/proc/${pid}/ns/net`) !== own));
    const given = await joinNetworks(`sd-${folder.slice(-6)}`, pids);
    const addresses = Object.fromEntries(
      [...holders.keys()].map((place, at) => [place, given[at]]),
    );
    writeFileSync(
      env.SLURM_CONF,
      slurmConf({folder, host, addresses, nodes, minJobAge, hasAccounting}),
    );
    start('munged', 'controller', 'munged', [
      ...['--foreground', '--force', `--key-file=${folder}/munge.key`],
      ...['socket', 'pid-file', 'log-file', 'seed-file'].map(
        (name) => `--${name}=${folder}/munge.${name.replace(/-?file|et$/g, '')}`,
      ),
    ]);
    await delay(500);
    if (hasAccounting) await startAccounting(addresses.controller);
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
  if (!(await ensureSystemPackages(clusterNeeds()))) return;
  const cluster = await startCluster();
  say(`Two nodes of Slurm with accounting, in ${cluster.folder}. Leave this shell to stop them.`);
  const shell = stdin.isTTY ? ['-i'] : [];
  const child = spawn('bash', shell, {env: {...ownEnv, ...cluster.env}, stdio: 'inherit'});
  await new Promise((resolve) => child.once('exit', resolve));
  await cluster.stop();
}

if (argv[1] === fileURLToPath(import.meta.url)) await main().catch(fail);
