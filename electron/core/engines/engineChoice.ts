import type {EngineChoice} from '../../../shared/engine';
import {variableOf, type ResolvedSettings} from '../../../shared/settings';

/**
 * Which container engine is used, and who says so. Docker's own variables count as the environment: they stand over study
 * and user, and what they name is found as the docker command line finds it. Pure.
 */
export function engineChoice(
  {values: {engine}, sources: {engine: by}}: ResolvedSettings,
  env: Readonly<Record<string, string | undefined>>,
): EngineChoice {
  if (engine !== null && by === 'command-line') return {engine, by, variable: null};
  if (engine !== null && by === 'environment') return {engine, by, variable: variableOf('engine')};
  const variable = ['DOCKER_HOST', 'DOCKER_CONTEXT'].find((name) => (env[name] ?? '') !== '');
  if (variable !== undefined) return {engine: null, by: 'environment', variable};
  return engine === null ? {engine, by: 'default', variable: null} : {engine, by, variable: null};
}
