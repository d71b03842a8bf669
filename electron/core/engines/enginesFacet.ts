import type {engineRequests} from '../../../shared/contract/engineRequests';
import type {FacetOf} from '../../../shared/contract/request';
import type {EngineChoice, EngineListing, EngineStatus, ExecutorKind} from '../../../shared/engine';
import {failWith} from '../../../shared/errors';
import {ok} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import {variableOf, withoutSetting, type ResolvedSettings} from '../../../shared/settings';
import {candidateName, knownEngines} from '../../docker/findEngines';
import {engineNameOf} from './executors';
import type {StudyState} from '../studyState';

/** The container engine of a study. */
export interface EnginesFacet extends FacetOf<typeof engineRequests> {
  /** Last known state, at once. */
  status(kind: ExecutorKind): EngineStatus;
  check(kind: ExecutorKind): Promise<EngineStatus>;
  /** How the engine is that a run was begun in, whatever has been chosen since. */
  checkRun(run: RunRecord): Promise<EngineStatus>;
  /** Every engine that this computer knows of, none of them asked yet, and which one is used. */
  list(): EngineListing;
}

/** Creates it for a study; `isBusy` says whether runs are under way, waiting, or cut off. */
export function createEnginesFacet(state: StudyState, isBusy: () => boolean): EnginesFacet {
  const {context} = state;
  return {
    status: (kind) => context.executors.status(kind),
    check: (kind) => context.executors.check(kind),
    checkRun: (run) => context.executors.checkRun(run),
    list: () =>
      engineListing({
        choice: state.engineChoice(),
        status: context.executors.status('docker'),
        ofStudy: state.settings.own().settings.engine ?? null,
      }),
    async choose({engine}) {
      if (engine !== null && candidateName(engine) === null)
        return failWith(
          'invalid-request',
          `There is no container engine "${engine}" on this computer.`,
          {
            hint: '`study-desk engines` lists the engines on this computer.',
          },
        );
      if (isBusy())
        return failWith(
          'study-busy',
          'The engine can’t be changed while a run is under way or waiting.',
          {
            hint: 'Wait until it has ended, or stop it.',
          },
        );
      const others = withoutSetting(state.settings.own().settings, 'engine');
      const saved = await state.settings.save(engine === null ? others : {...others, engine});
      return saved.ok ? ok(null) : saved;
    },
  };
}

/** All engines, with the choice made among them. */
export function engineListing(found: {
  readonly choice: EngineChoice;
  readonly status: EngineStatus;
  readonly ofStudy: string | null;
}): EngineListing {
  const {choice, status, ofStudy} = found;
  const used = choice.engine === null ? engineNameOf(status) : candidateName(choice.engine);
  return {engines: knownEngines(), choice, used, ofStudy};
}

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
