import {cpus} from 'node:os';
import {join} from 'node:path';
import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';
import {DEFAULT_REGISTRY} from '../../shared/images';
import {createDockerEngine} from '../docker/dockerExecutor';
import {createReusableActions, DEFAULT_ACTION_BASE} from '../git/reusableActions';
import {readServeConfig, type Environment, type Protocol} from './config';
import {serve, type ServeOptions} from './serve';

/** How the command line asks for a runner. */
export interface ServeHere extends Pick<ServeOptions, 'once' | 'listen' | 'write' | 'signal'> {
  readonly protocol: Protocol;
}

const RESOLVE_MS = 5 * 60_000;

/** Serves with this computer's container engine, by the settings of an environment. */
export async function serveHere(
  env: Environment,
  {protocol, ...given}: ServeHere,
): Promise<Result<null, AppError>> {
  const read = readServeConfig(env, protocol, cpus().length);
  if (!read.ok) return read;
  const config = read.value;
  // what is made here is the runner's alone; the MEDIUM tree gets its own rights
  process.umask(0o077);
  const proxied =
    config.gitProxy === null ? null : `https://${config.gitProxy}/opensafely-actions/`;
  const reusable = createReusableActions({
    base: env['STUDY_DESK_ACTION_BASE'] ?? proxied ?? DEFAULT_ACTION_BASE,
    cacheDir: join(config.workdir, 'actions'),
  });
  const engine = createDockerEngine();
  try {
    return await serve(config, {
      ...given,
      engine,
      registry: env['DOCKER_REGISTRY'] ?? DEFAULT_REGISTRY,
      resolveReusable: (image) => reusable.resolve(image, AbortSignal.timeout(RESOLVE_MS)),
      now: Date.now,
    });
  } finally {
    await engine.executor.close();
  }
}
