import type {EngineChoice} from '../../shared/engine';

/** Everyone who may say which container engine is used; null where they say nothing. */
export interface EngineSayings {
  readonly commandLine: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly study: string | null;
  readonly user: string | null;
}

/**
 * Which container engine is used: as the command line says, else the environment, the study, the user. Docker's own
 * variables count as the environment: what they name is found as the docker command line finds it. Pure.
 */
export function engineChoice({commandLine, env, study, user}: EngineSayings): EngineChoice {
  const set = (name: string): string | null => (env[name] ?? '') || null;
  if (commandLine !== null) return {engine: commandLine, by: 'command-line', variable: null};
  const own = set('STUDY_DESK_ENGINE');
  if (own !== null) return {engine: own, by: 'environment', variable: 'STUDY_DESK_ENGINE'};
  const variable = ['DOCKER_HOST', 'DOCKER_CONTEXT'].find((name) => set(name) !== null);
  if (variable !== undefined) return {engine: null, by: 'environment', variable};
  if (study !== null) return {engine: study, by: 'study', variable: null};
  if (user !== null) return {engine: user, by: 'user', variable: null};
  return {engine: null, by: 'default', variable: null};
}
