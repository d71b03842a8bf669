import * as z from 'zod';

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

/** Bytes to download for an image that is not here, from its registry's manifest; null where they can't be told. */
export async function downloadSize(image: string, signal: AbortSignal): Promise<number | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_MS);
  const abort = (): void => stop.abort();
  signal.addEventListener('abort', abort);
  try {
    const {base, repository, reference} = imageAddress(image);
    const ask = registryClient(`${base}${repository}/manifests/`, stop.signal);
    const found = await ask(reference);
    const several = index.safeParse(found);
    const one = several.success ? await ask(digestOf(several.data)) : found;
    const {config, layers} = manifest.parse(one);
    return layers.reduce((sum, {size}) => sum + size, config.size);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function digestOf({manifests}: z.infer<typeof index>): string {
  const own = manifests.find(
    ({platform}) => platform?.os === 'linux' && platform.architecture === 'amd64',
  );
  if (own === undefined) throw new Error('The image is not for linux/amd64');
  return own.digest;
}

/** Asks for manifests; gets itself the token for anyone that public registries want to see. */
function registryClient(url: string, signal: AbortSignal): (reference: string) => Promise<unknown> {
  let token: string | null = null;
  const get = (reference: string): Promise<Response> => {
    const login = token === null ? {} : {Authorization: `Bearer ${token}`};
    return fetch(`${url}${reference}`, {signal, headers: {Accept: MANIFEST_TYPES, ...login}});
  };
  return async (reference) => {
    let reply = await get(reference);
    if (reply.status === 401 && token === null) {
      token = await anyonesToken(reply.headers.get('www-authenticate') ?? '', signal);
      reply = await get(reference);
    }
    if (!reply.ok) throw new Error(`The registry answered ${reply.status}`);
    return reply.json();
  };
}

async function anyonesToken(challenge: string, signal: AbortSignal): Promise<string> {
  const parts = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const url = new URL(parts.get('realm') ?? '');
  for (const key of ['service', 'scope']) url.searchParams.set(key, parts.get(key) ?? '');
  const reply = tokenReply.parse(await (await fetch(url, {signal})).json());
  const token = reply.token ?? reply.access_token;
  if (token === undefined) throw new Error('The registry gave no token');
  return token;
}
