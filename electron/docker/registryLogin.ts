import {spawn} from 'node:child_process';
import * as z from 'zod';
import {type HostEnvironment, joinOn} from './hostEnvironment';
import {imageAddress} from './registry';

/** What `docker login` has kept for a registry. */
export interface RegistryLogin {
  /** Empty where the password is a token of the registry. */
  readonly username: string;
  readonly password: string;
}

/** How long a credential helper may take, in milliseconds: some ask the user for consent. */
const HELPER_MS = 60_000;

const configFile = z.object({
  auths: z.record(z.string(), z.object({auth: z.string().optional()})).default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});
const helperReply = z.object({Username: z.string(), Secret: z.string()});

/** What Docker's own hub is called where its login is kept. */
const HUB = 'https://index.docker.io/v1/';

/**
 * The login for an image's registry, as the docker command line keeps it: in its config file, or with a credential helper.
 * Null where there is none, or it can't be had: the registry then says what it thinks of that.
 */
export async function registryLogin(
  image: string,
  here: HostEnvironment,
): Promise<RegistryLogin | null> {
  const folder = here.env['DOCKER_CONFIG'] ?? joinOn(here, here.home, '.docker');
  const text = here.readText(joinOn(here, folder, 'config.json'));
  const config = text === null ? null : decodeConfig(text);
  if (config === null) return null;
  const {host} = new URL(imageAddress(image).base);
  const server = host === 'registry-1.docker.io' ? HUB : host;
  const helper = config.credHelpers[server] ?? config.credsStore;
  if (helper !== undefined) {
    const found = await askHelper(helper, server);
    if (found !== null) return found;
  }
  const {auth} = config.auths[server] ?? config.auths[`https://${server}`] ?? {};
  if (auth === undefined) return null;
  const [, username, password] =
    /^([^:]*):(.*)$/su.exec(Buffer.from(auth, 'base64').toString()) ?? [];
  return username === undefined || password === undefined
    ? null
    : {username, password: password.replace(/\0+$/u, '')};
}

function decodeConfig(text: string): z.infer<typeof configFile> | null {
  try {
    return configFile.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Asks the program `docker-credential-NAME`, which is given the server's name and answers JSON. */
function askHelper(name: string, server: string): Promise<RegistryLogin | null> {
  // the name becomes part of a program's
  if (!/^[\w.-]+$/u.test(name)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${name}`, ['get'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    let printed = '';
    const timer = setTimeout(() => child.kill(), HELPER_MS);
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      printed += piece;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(server);
    child.once('error', () => resolve(null));
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? decodeHelper(printed) : null);
    });
  });
}

function decodeHelper(text: string): RegistryLogin | null {
  try {
    const {Username, Secret} = helperReply.parse(JSON.parse(text));
    return {username: Username === '<token>' ? '' : Username, password: Secret};
  } catch {
    return null;
  }
}
