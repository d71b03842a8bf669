import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** A certificate of the loopback, signed by itself. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The file that NODE_EXTRA_CA_CERTS is to name. */
  readonly file: string;
  remove(): Promise<void>;
}

/** Makes a certificate for `localhost` and 127.0.0.1; needs the program openssl. */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-certificate-'));
  const [file, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', file],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ]);
  return {
    cert: await readFile(file, 'utf8'),
    key: await readFile(key, 'utf8'),
    file,
    remove: () => rm(folder, {recursive: true, force: true}),
  };
}
