import {groupBy} from '../../../shared/groupBy';
import {type AppError, failWith} from '../../../shared/errors';
import type {Action} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import type {RunOptions} from '../../../shared/run';
import type {ActionOverride} from '../../../shared/settings';
import type {ResolvedAction} from '../../git/reusableActions';
import type {JobDefinition} from '../../runs/runPorts';
import {RUNTIME_NAMES} from '../../study/knownImages';

/** Finds a reusable action by the first token of a run line. */
export type ResolveReusable = (image: string) => Promise<Result<ResolvedAction, AppError>>;

/** The jobs of a plan made definite. */
export interface DefinedJobs {
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  /** By action, where the code is a reusable action's and not the study's. */
  readonly codeDirs: ReadonlyMap<string, string>;
  readonly notices: readonly string[];
}

/** What making jobs definite takes. */
export interface DefineJobs {
  /** Of the jobs' actions. */
  readonly actions: readonly Action[];
  readonly options: Pick<RunOptions, 'limits'>;
  readonly overrides: Readonly<Record<string, ActionOverride>>;
  readonly registry: string;
  readonly resolveReusable: ResolveReusable;
  /** Only asked when a job needs it; null where no licence can be had. */
  readonly stataLicence: () => Promise<string | null>;
}

/** True for an action whose code is not the study's own. */
export function isReusable(action: Action): boolean {
  return !RUNTIME_NAMES.has(action.run.imageName);
}

/** Full image name of an action, as far as its run line says. */
export function imageOf(action: Action, registry: string): string {
  return `${registry}/${action.run.argv[0] ?? ''}`;
}

/** Images of actions that have not been made definite yet. */
export interface PlannedImages {
  /** Full names, each once. */
  readonly images: readonly string[];
  /** The actions that each is needed by. */
  readonly neededBy: ReadonlyMap<string, readonly string[]>;
  /** First words of run lines whose reusable action must be looked up before its image is known. */
  readonly notYetKnown: readonly string[];
}

/** The images that actions need, as far as is known without asking anybody. */
export async function plannedImages(
  actions: readonly Action[],
  registry: string,
  reusableImageHere: (imageToken: string) => Promise<string | null>,
): Promise<PlannedImages> {
  const neededBy = new Map<string, readonly string[]>();
  const notYetKnown: string[] = [];
  for (const [token, these] of groupBy(actions, ({run}) => run.argv[0] ?? '')) {
    const image = these.some(isReusable) ? await reusableImageHere(token) : token;
    if (image === null) notYetKnown.push(token);
    else {
      const full = `${registry}/${image}`;
      neededBy.set(full, [...(neededBy.get(full) ?? []), ...these.map(({name}) => name)]);
    }
  }
  return {images: [...neededBy.keys()], neededBy, notYetKnown};
}

/** Makes definite how each job is carried out; one that can't be fails the whole request. */
export async function defineJobs(given: DefineJobs): Promise<Result<DefinedJobs, AppError>> {
  const definitions = new Map<string, JobDefinition>();
  const codeDirs = new Map<string, string>();
  const notices: string[] = [];
  const resolved = new Map<string, Result<ResolvedAction, AppError>>();
  for (const action of given.actions) {
    const {name} = action;
    let reusable: ResolvedAction | null = null;
    if (isReusable(action)) {
      const image = action.run.argv[0] ?? '';
      const found = resolved.get(image) ?? (await given.resolveReusable(image));
      resolved.set(image, found);
      if (!found.ok)
        return err({...found.error, message: `${name} (${image}): ${found.error.message}`});
      reusable = found.value;
      codeDirs.set(name, reusable.codeDir);
      if (reusable.fromCache)
        notices.push(
          `${name} uses ${image} from the local cache, as its repository can't be reached.`,
        );
    }
    const defined = await define(given, action, reusable);
    if (!defined.ok) return defined;
    definitions.set(name, defined.value);
  }
  return ok({definitions, codeDirs, notices});
}

async function define(
  given: DefineJobs,
  action: Action,
  reusable: ResolvedAction | null,
): Promise<Result<JobDefinition, AppError>> {
  const image = reusable?.runArgv[0] ?? action.run.argv[0] ?? '';
  const [imageName = ''] = image.split(':');
  const env: Record<string, string> = {};
  if (imageName === 'stata-mp') {
    const licence = await given.stataLicence();
    if (licence === null) return noLicence(action.name);
    env['STATA_LICENSE'] = licence;
  }
  const override = given.overrides[action.name];
  const {limits} = given.options;
  return ok({
    action,
    image: `${given.registry}/${image}`,
    imageName,
    args: [...(reusable?.runArgv.slice(1) ?? []), ...action.containerArgs],
    env,
    limits: {
      memoryBytes: override?.memoryBytes ?? limits.memoryBytes,
      cpus: override?.cpus ?? limits.cpus,
    },
    timeoutSeconds: override?.timeoutSeconds ?? null,
    actionCommit: reusable?.commit ?? null,
  });
}

function noLicence(action: string): Result<never, AppError> {
  return failWith('invalid-request', `${action} needs a Stata licence, and none was found.`, {
    why: 'Stata runs only with the licence that OpenSAFELY gives to its members.',
    hint: 'Log in to GitHub on this computer with git, or set STATA_LICENSE to the licence; see the OpenSAFELY documentation on Stata.',
  });
}
