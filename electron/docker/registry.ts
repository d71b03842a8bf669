import * as z from 'zod';
import {fetchThrough} from '../network/proxyAgent';
import {underEither} from './engineCalls';
import type {RegistryLogin} from './registryLogin';

/** Longest wait for a registry; an unknown size is no reason to hold anyone up. */
const ANSWER_MS = 4000;

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const sized = z.object({size: z.number()});
const manifest = z.object({config: sized, layers: z.array(sized)});
const index = z.object({
  manifests: z.array(
    z.object({
      digest: z.string(),
      platform: z.object({os: z.string(), architecture: z.string()}).optional(),
    }),
  ),
});
const tokenReply = z.object({token: z.string().optional(), access_token: z.string().optional()});

/** Where a registry keeps an image. */
export interface ImageAddress {
  readonly base: string;
  readonly repository: string;
  readonly reference: string;
}

/** Takes an image's name apart by the rules of Docker. */
export function imageAddress(image: string): ImageAddress {
  const [, name = image, reference = 'latest'] = /^(.+?)(?::([^:/]+))?$/.exec(image) ?? [];
  const [first = '', ...rest] = name.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = hasHost ? first : 'registry-1.docker.io';
  const repository = hasHost ? rest.join('/') : rest.length > 0 ? name : `library/${name}`;
  const isHere = /^(localhost|127\.0\.0\.1)(:|$)/.test(host);
  return {base: `${isHere ? 'http' : 'https'}://${host}/v2/`, repository, reference};
}

/** What a registry has under an image's name. */
export interface RegistryImage {
  /** Digest of what the name means now. */
  readonly digest: string | null;
  /** Bytes to download where nothing of it is here. */
  readonly bytes: number;
}

/** Bytes to download for an image that is not here, from its registry's manifest; null where they is not known. */
export async function downloadSize(
  image: string,
  signal: AbortSignal,
  proxy: string | null = null,
): Promise<number | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_MS);
  try {
    const asked = await underEither(signal, stop.signal, (either) =>
      askRegistry(image, null, either, proxy),
    );
    return asked.bytes;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Asks an image's registry what it has, through a proxy if there is one; rejects where it does not say. */
export async function askRegistry(
  image: string,
  login: RegistryLogin | null,
  signal: AbortSignal,
  proxy: string | null = null,
): Promise<RegistryImage> {
  const {base, repository, reference} = imageAddress(image);
  const ask = registryClient(`${base}${repository}/manifests/`, login, proxy, signal);
  const {body, digest} = await ask(reference);
  const several = index.safeParse(body);
  const one = several.success ? (await ask(digestOf(several.data))).body : body;
  const {config, layers} = manifest.parse(one);
  return {digest, bytes: layers.reduce((sum, {size}) => sum + size, config.size)};
}

function digestOf({manifests}: z.infer<typeof index>): string {
  const linux = manifests.find(
    ({platform}) => platform?.os === 'linux' && platform.architecture === 'amd64',
  );
  if (linux === undefined) throw new Error('The image is not for linux/amd64');
  return linux.digest;
}

interface Manifest {
  readonly body: unknown;
  readonly digest: string | null;
}

/** Asks for manifests; gets itself the token that registries want to see, for this login or for anyone. */
function registryClient(
  url: string,
  login: RegistryLogin | null,
  proxy: string | null,
  signal: AbortSignal,
): (reference: string) => Promise<Manifest> {
  let authorization: string | null = null;
  const get = (reference: string): Promise<Response> => {
    const known = authorization === null ? {} : {Authorization: authorization};
    const headers = {Accept: MANIFEST_TYPES, ...known};
    return fetchThrough(proxy, `${url}${reference}`, {signal, headers});
  };
  return async (reference) => {
    let reply = await get(reference);
    if (reply.status === 401 && authorization === null) {
      const challenge = reply.headers.get('www-authenticate') ?? '';
      authorization = /^basic/iu.test(challenge)
        ? basic(login)
        : `Bearer ${await tokenFor(challenge, login, proxy, signal)}`;
      reply = await get(reference);
    }
    if (!reply.ok) throw new Error(`The registry answered ${reply.status}`);
    return {body: await reply.json(), digest: reply.headers.get('docker-content-digest')};
  };
}

function basic(login: RegistryLogin | null): string {
  if (login === null) throw new Error('The registry answered 401');
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
}

async function tokenFor(
  challenge: string,
  login: RegistryLogin | null,
  proxy: string | null,
  signal: AbortSignal,
): Promise<string> {
  const parts = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const url = new URL(parts.get('realm') ?? '');
  for (const key of ['service', 'scope']) url.searchParams.set(key, parts.get(key) ?? '');
  // a token in place of a password is only known to the engine
  const known = login === null || login.username === '' ? {} : {Authorization: basic(login)};
  const asked = await fetchThrough(proxy, url.href, {signal, headers: known});
  const reply = tokenReply.parse(await asked.json());
  const token = reply.token ?? reply.access_token;
  if (token === undefined) throw new Error('The registry gave no token');
  return token;
}
