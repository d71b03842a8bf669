import {execFile, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import tls from 'node:tls';
import {promisify} from 'node:util';
import {joinSockets} from '../../contract/joinSockets';

const run = promisify(execFile);

/** Writes a Docker context as `docker context create` does; with certificates, the folder that holds them. */
export async function writeContext(
  config: string,
  name: string,
  endpoint: Readonly<Record<string, unknown>>,
  certDir: string | null = null,
): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(config, 'contexts/meta', id);
  await mkdir(folder, {recursive: true});
  const meta = {Name: name, Endpoints: {docker: endpoint}};
  await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
  if (certDir === null) return;
  const certs = join(config, 'contexts/tls', id, 'docker');
  await mkdir(certs, {recursive: true});
  for (const file of ['ca.pem', 'cert.pem', 'key.pem'])
    await writeFile(join(certs, file), await readFile(join(certDir, file)));
}

/** An engine that answers on a port of this computer. */
export interface PortEngine {
  readonly port: number;
  close(): Promise<void>;
}

/** Makes an authority with a certificate for this computer and one for a client, which `folder` then holds. */
export async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, {cwd: folder});
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    ...['req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem'],
    ...['-days', '2', '-subj', '/CN=Study Desk test'],
  );
  const signed = async (name: string, subject: string, extension: string) => {
    await writeFile(join(folder, `${name}.ext`), extension);
    await openssl(
      ...['req', ...key, '-keyout', `${name}key.pem`, '-out', `${name}.csr`, '-subj', subject],
    );
    await openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca-key.pem'],
      ...['-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}cert.pem`],
    );
  };
  await signed('server-', '/CN=localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  await signed('', '/CN=client', 'extendedKeyUsage=clientAuth');
}

/** This computer's engine behind TLS, for clients that the authority of `folder` knows. */
export async function tlsEngine(folder: string): Promise<PortEngine> {
  const read = (name: string) => readFile(join(folder, name));
  const open = new Set<net.Socket>();
  const server = tls.createServer(
    {
      ca: await read('ca.pem'),
      cert: await read('server-cert.pem'),
      key: await read('server-key.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (client) => joinSockets(client, net.connect('/var/run/docker.sock'), open),
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: net.Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  return address.port;
}

/** Whether a program of that name can be run here. */
export function isInstalled(program: string, argument: string): Promise<boolean> {
  return run(program, [argument]).then(
    () => true,
    (error: {code?: unknown}) => error.code !== 'ENOENT',
  );
}

/** An ssh server of this computer, known to no one yet. */
export interface SshServer extends PortEngine {
  /** A folder with an `ssh` that is this computer's own, with settings, keys and known hosts of this test alone. */
  readonly bin: string;
  /** From now on ssh knows the server. */
  trust(): Promise<void>;
  /** From now on the server refuses the key. */
  lockOut(): Promise<void>;
}

/** Starts an ssh server on the loopback, with keys of its own. */
export async function sshServer(folder: string): Promise<SshServer> {
  const inside = (name: string) => join(folder, name);
  const keygen = (name: string) =>
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', inside(name)]);
  await Promise.all([keygen('host'), keygen('user')]);
  await writeFile(inside('authorized'), await readFile(inside('user.pub')), {mode: 0o600});
  const port = await freePort();
  await writeFile(
    inside('sshd_config'),
    [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${inside('host')}`],
      ...[`AuthorizedKeysFile ${inside('authorized')}`, 'PasswordAuthentication no'],
      ...['KbdInteractiveAuthentication no', 'StrictModes no', 'PidFile none', 'UsePAM no'],
    ].join('\n'),
  );
  await writeFile(
    inside('config'),
    [
      ...['Host lab', 'HostName 127.0.0.1', `Port ${port}`, `IdentityFile ${inside('user')}`],
      ...[
        'IdentitiesOnly yes',
        `UserKnownHostsFile ${inside('known')}`,
        'GlobalKnownHostsFile none',
      ],
    ].join('\n'),
  );
  const bin = inside('bin');
  await mkdir(bin);
  await writeFile(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${inside('config')}' "$@"\n`);
  await chmod(join(bin, 'ssh'), 0o755);
  await mkdir('/run/sshd', {recursive: true});
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', inside('sshd_config')], {
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  await untilOpen(port);
  return {
    port,
    bin,
    async trust() {
      const [kind = '', key = ''] = (await readFile(inside('host.pub'), 'utf8')).split(' ');
      await writeFile(inside('known'), `[127.0.0.1]:${port} ${kind} ${key}\n`);
    },
    lockOut: () => writeFile(inside('authorized'), ''),
    async close() {
      server.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilOpen(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await delay(50);
  }
  throw new Error(`Nothing listens on port ${port}`);
}
