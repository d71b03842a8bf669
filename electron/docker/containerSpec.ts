import type {ContainerCreateOptions} from 'dockerode';
import type {JobSpec} from '../executor/executor';
import type {EngineFacts} from './engineConnection';

/** Who a container runs as; null leaves it to the image (root). */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Labels that distinguish our containers from those of `opensafely run` and from each other. */
export const RUN_LABEL = 'study-desk.run';
export const STUDY_LABEL = 'study-desk.study';
export const JOB_LABEL = 'study-desk.job';
/** Set on containers that are kept for a look inside. */
export const DEBUG_LABEL = 'study-desk.debug';

/**
 * Keeps every byte: Docker's default log breaks characters that lie across its pieces of a long line, and this one
 * would drop the beginning of a long log if left alone.
 */
const WHOLE_LOG = {
  Type: 'local',
  Config: {'max-size': '1000g', 'max-file': '1', compress: 'false'},
};

/** Takes from a command what no action needs. */
const CONFINED = {CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges']};

/**
 * How a job's container is made (RULES "Container"). The label `jobrunner-local` is left out, since it
 * is how the reference's own running jobs are known.
 */
export function containerSpec(
  spec: JobSpec,
  user: ContainerUser | null,
  engine: Pick<EngineFacts, 'platform' | 'isPodman'>,
): ContainerCreateOptions {
  const home = user === null ? {} : {HOME: '/tmp'};
  const platform = engine.platform === 'linux/amd64' ? {} : {platform: 'linux/amd64'};
  return {
    name: `os-job-${spec.jobId}`,
    ...platform,
    Image: spec.image,
    ...(spec.args.length === 0 ? {} : {Cmd: [...spec.args]}),
    ...(user === null ? {} : {User: `${user.uid}:${user.gid}`}),
    // what the mode below asks for, by a way that saves the engine a third of a short job's work
    ...(engine.isPodman || spec.network !== null ? {} : {NetworkDisabled: true}),
    Env: Object.entries({...home, OPENSAFELY_BACKEND: spec.backend, ...spec.env}).map(
      ([name, value]) => `${name}=${value}`,
    ),
    Labels: {
      [RUN_LABEL]: spec.runId,
      [STUDY_LABEL]: spec.studyId,
      [JOB_LABEL]: spec.jobId,
      ...(spec.debug ? {[DEBUG_LABEL]: 'true'} : {}),
      workspace: spec.workspace,
      action: spec.action,
    },
    HostConfig: {
      Init: true,
      NetworkMode: spec.network ?? 'none',
      ...(spec.confined ? CONFINED : {}),
      Memory: Math.round(spec.limits.memoryBytes),
      NanoCpus: Math.round(spec.limits.cpus * 1e9),
      ...(engine.isPodman ? {} : {LogConfig: WHOLE_LOG}),
    },
  };
}

/**
 * The user of a job's container: on Linux the invoking one, so that outputs have the same rights as in
 * the reference, with its two variables to override it; elsewhere the image's own.
 */
export function containerUser(
  platform: NodeJS.Platform,
  ids: {readonly uid: number; readonly gid: number} | null,
  env: Readonly<Record<string, string | undefined>>,
): ContainerUser | null {
  if (platform !== 'linux' || ids === null) return null;
  return {
    uid: idFrom(env['DOCKER_USER_ID']) ?? ids.uid,
    gid: idFrom(env['DOCKER_GROUP_ID']) ?? ids.gid,
  };
}

function idFrom(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
