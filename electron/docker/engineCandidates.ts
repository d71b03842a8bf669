import {createHash} from 'node:crypto';
import * as z from 'zod';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {
  addressText,
  type EngineAddress,
  type EngineTls,
  parseHost,
  socket,
} from './engineAddresses';
import {engineProducts, type EngineProduct} from './engineProducts';
import {type HostEnvironment, joinOn} from './hostEnvironment';

/** An engine that this computer knows of, whether it answers or not. */
export interface EngineCandidate {
  /** What it is chosen by. */
  readonly name: string;
  /** Other names that lead to the same address, such as those of Docker contexts. */
  readonly alsoNamed: readonly string[];
  readonly title: string;
  readonly address: EngineAddress;
  /** The program behind it; null where that is not known. */
  readonly product: EngineProduct | null;
}

/** Where to look for an engine, in this order. */
export interface EngineSearch {
  readonly addresses: readonly EngineAddress[];
  /** What chose the one address; null where any engine found is fine. */
  readonly chosenBy: AddressSource | null;
}

/** Where the address of an engine comes from. */
export type AddressSource =
  | {readonly kind: 'DOCKER_HOST'}
  | {readonly kind: 'context'; readonly name: string}
  /** By its name, in Study Desk. */
  | {readonly kind: 'name'; readonly name: string; readonly title: string};

/** What DOCKER_HOST names is chosen by the variable's own name. */
const DOCKER_HOST = 'DOCKER_HOST';

const configReply = z.object({currentContext: z.string().optional()});
const contextReply = z.object({
  Name: z.string().optional(),
  Endpoints: z.object({
    docker: z.object({Host: z.string(), SkipTLSVerify: z.boolean().optional()}),
  }),
});

/**
 * Every engine that is set up on this computer: those that are installed, or whose socket is there, each Docker context,
 * and what DOCKER_HOST names. What has the same address is listed once. Pure.
 */
export function engineCandidates(here: HostEnvironment): readonly EngineCandidate[] {
  const isHere = ({product, address}: EngineCandidate): boolean =>
    product === null ||
    (address.kind === 'socket' && here.exists(address.socketPath)) ||
    product.traces.some((trace) => here.exists(trace));
  return allCandidates(here).filter(isHere);
}

/**
 * Where to look for an engine: the one of the name that was chosen; else where DOCKER_HOST says, or the current context of
 * the docker command line, and nowhere else, for jobs and images that are meant for one engine must not be given to
 * another; without any, the usual sockets or pipes. An error where what was chosen is not known.
 */
export function engineSearch(
  here: HostEnvironment,
  chosen: string | null = null,
): Result<EngineSearch, AppError> {
  if (chosen !== null) {
    const found = candidateOf(here, chosen);
    if (found === null) return unknownEngine(chosen);
    const {title, address} = found;
    return ok({addresses: [address], chosenBy: {kind: 'name', name: chosen, title}});
  }
  const host = dockerHost(here);
  if (host !== null) return ok({addresses: [host], chosenBy: {kind: 'DOCKER_HOST'}});
  const context = currentContext(here);
  if (context === null) {
    const sockets = engineProducts(here).flatMap((product) => product.sockets);
    return ok({addresses: sockets.map(socket), chosenBy: null});
  }
  const found = contextOf(here, context);
  return found === null
    ? unknownContext(context)
    : ok({addresses: [found], chosenBy: {kind: 'context', name: context}});
}

/** The engine of a name, be it installed or not; null where there is none. */
export function candidateOf(here: HostEnvironment, name: string): EngineCandidate | null {
  return (
    allCandidates(here).find((each) => each.name === name || each.alsoNamed.includes(name)) ?? null
  );
}

/** The engine at an address; null where none of a known name is there. */
export function candidateAt(here: HostEnvironment, address: EngineAddress): EngineCandidate | null {
  return allCandidates(here).find((each) => keyOf(each.address) === keyOf(address)) ?? null;
}

/** Also those that are not installed, so that a name always means the same. */
function allCandidates(here: HostEnvironment): readonly EngineCandidate[] {
  const host = dockerHost(here);
  const products = engineProducts(here).map((product) => ofProduct(here, product));
  const taken = new Set([...products.map(({name}) => name), DOCKER_HOST]);
  const all = [
    ...products,
    ...contextsOf(here).map(({name, address}): EngineCandidate => ({
      name: taken.has(name) ? `context:${name}` : name,
      alsoNamed: [],
      title: `Docker context ${name}`,
      address,
      product: null,
    })),
    ...(host === null
      ? []
      : [{name: DOCKER_HOST, alsoNamed: [], title: DOCKER_HOST, address: host, product: null}]),
  ];
  const byAddress = new Map<string, EngineCandidate>();
  for (const each of all) {
    const key = keyOf(each.address);
    const before = byAddress.get(key);
    byAddress.set(
      key,
      before === undefined ? each : {...before, alsoNamed: [...before.alsoNamed, each.name]},
    );
  }
  return [...byAddress.values()];
}

/** The same address with other certificates is another way. */
function keyOf(address: EngineAddress): string {
  const tls = address.kind === 'host' ? JSON.stringify(address.tls) : '';
  return `${addressText(address)} ${tls}`;
}

function ofProduct(here: HostEnvironment, product: EngineProduct): EngineCandidate {
  const {name, title, sockets} = product;
  const path = sockets.find((each) => here.exists(each)) ?? sockets[0] ?? '';
  return {name, title, alsoNamed: [], address: socket(path), product};
}

function dockerHost(here: HostEnvironment): EngineAddress | null {
  const host = here.env['DOCKER_HOST'];
  if (host === undefined || host === '') return null;
  const certPath = here.env['DOCKER_CERT_PATH'];
  const verifies = (here.env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const given = certPath === undefined || certPath === '' ? null : certPath;
  const certDir = given ?? (verifies ? configFolder(here) : null);
  return parseHost(host, certDir === null ? null : {certDir, verify: true});
}

function configFolder(here: HostEnvironment): string {
  return here.env['DOCKER_CONFIG'] ?? joinOn(here, here.home, '.docker');
}

/** What `docker context use` chose, as Docker Desktop, Colima and others do; null for none. */
function currentContext(here: HostEnvironment): string | null {
  const config = decode(
    configReply,
    here.readText(joinOn(here, configFolder(here), 'config.json')),
  );
  const chosen = here.env['DOCKER_CONTEXT'];
  const name = chosen === undefined || chosen === '' ? config?.currentContext : chosen;
  return name === undefined || name === '' || name === 'default' ? null : name;
}

function contextOf(here: HostEnvironment, name: string): EngineAddress | null {
  const id = createHash('sha256').update(name).digest('hex');
  return readContext(here, id)?.address ?? null;
}

/** All contexts of the docker command line but the default one, which is the engine's usual socket. */
function contextsOf(
  here: HostEnvironment,
): readonly {readonly name: string; readonly address: EngineAddress}[] {
  return here
    .list(joinOn(here, configFolder(here), 'contexts', 'meta'))
    .flatMap((id) => readContext(here, id) ?? [])
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readContext(
  here: HostEnvironment,
  id: string,
): {readonly name: string; readonly address: EngineAddress} | null {
  const contexts = joinOn(here, configFolder(here), 'contexts');
  const context = decode(
    contextReply,
    here.readText(joinOn(here, contexts, 'meta', id, 'meta.json')),
  );
  if (context === null) return null;
  const {Host, SkipTLSVerify = false} = context.Endpoints.docker;
  const certDir = joinOn(here, contexts, 'tls', id, 'docker');
  const hasCerts = ['ca.pem', 'cert.pem'].some(
    (file) => here.readText(joinOn(here, certDir, file)) !== null,
  );
  const tls: EngineTls | null =
    hasCerts || SkipTLSVerify ? {certDir: hasCerts ? certDir : null, verify: !SkipTLSVerify} : null;
  return {name: context.Name ?? id, address: parseHost(Host, tls)};
}

function unknownContext(name: string): Result<never, AppError> {
  return failWith('no-engine', `The Docker context "${name}" does not exist, or cannot be read.`, {
    hint: 'Choose one that "docker context ls" lists, with "docker context use", or unset DOCKER_CONTEXT.',
  });
}

function unknownEngine(name: string): Result<never, AppError> {
  return failWith('no-engine', `There is no container engine "${name}" on this computer.`, {
    hint: 'Choose one of those that "study-desk engines" lists.',
  });
}

function decode<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
