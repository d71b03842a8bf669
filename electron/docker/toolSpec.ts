import type {ContainerCreateOptions} from 'dockerode';
import type {TerminalSize, ToolSpec} from '../executor/tools';
import {WORKSPACE} from '../files/workspaceEntries';
import {type ContainerUser, STUDY_LABEL} from './containerSpec';
import type {EngineFacts} from './engineConnection';

/** Distinguishes the containers beside any run from those of jobs, and what each is for. */
export const TOOL_LABEL = 'study-desk.tool';
/** The process that one is of no use without. */
export const PROCESS_LABEL = 'study-desk.process';

/** Whose containers and files these are. */
export interface ToolOwner {
  /** Who a job's container would run as. */
  readonly job: ContainerUser | null;
  /** Who uses this computer; null where it has no numbers for that. */
  readonly self: ContainerUser | null;
}

/** What a container gets a shared folder by: two rootless engines take root, or nobody, for who started them. */
type Engine = Pick<EngineFacts, 'platform' | 'isPodman' | 'isRootless'>;

/**
 * How a container beside any run is made. What a tool prints is not kept: nobody reads it, and it may hold data. One that
 * nobody waits for is removed by the engine when it ends.
 */
export function toolSpec(
  spec: ToolSpec,
  name: string | null,
  owner: ToolOwner,
  engine: Engine,
  terminal: {readonly size: TerminalSize | null} | null,
): ContainerCreateOptions {
  const {workspace, port, limits} = spec;
  const user = userOf(spec, owner, engine);
  const platform = engine.platform === 'linux/amd64' ? {} : {platform: 'linux/amd64'};
  const home = user === null || spec.user !== 'mine' ? {} : {HOME: '/tmp'};
  const tty = terminal !== null && terminal.size !== null;
  const input = {AttachStdin: true, OpenStdin: true, StdinOnce: true};
  const inside = port === null ? null : `${port.inside}/tcp`;
  return {
    ...(name === null ? {} : {name, Hostname: name.slice(0, HOSTNAME_MAX)}),
    ...platform,
    Image: spec.image,
    ...(spec.entrypoint === null ? {} : {Entrypoint: [...spec.entrypoint]}),
    ...(spec.args.length === 0 ? {} : {Cmd: [...spec.args]}),
    ...(user === null ? {} : {User: user}),
    WorkingDir: WORKSPACE,
    ...(spec.network || engine.isPodman ? {} : {NetworkDisabled: true}),
    Env: Object.entries({...home, ...spec.env}).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [TOOL_LABEL]: spec.kind,
      ...(spec.process === null ? {} : {[PROCESS_LABEL]: spec.process}),
      ...(spec.studyId === null ? {} : {[STUDY_LABEL]: spec.studyId}),
    },
    Tty: tty,
    ...(terminal === null ? {} : {...input, AttachStdout: true, AttachStderr: true}),
    ...(inside === null ? {} : {ExposedPorts: {[inside]: {}}}),
    HostConfig: {
      Init: true,
      AutoRemove: terminal === null,
      ...(spec.network ? {} : {NetworkMode: 'none'}),
      ...(limits === null
        ? {}
        : {Memory: Math.round(limits.memoryBytes), NanoCpus: Math.round(limits.cpus * 1e9)}),
      ...(spec.kind === 'ehrql' ? {PidsLimit: MOST_PROCESSES} : {}),
      ...(workspace.kind === 'copy' ? {} : {Mounts: mountsOf(workspace)}),
      ...(workspace.kind === 'folder' && engine.isPodman && engine.isRootless
        ? {UsernsMode: 'keep-id'}
        : {}),
      ...(inside === null || port === null
        ? {}
        : {PortBindings: {[inside]: [{HostIp: '127.0.0.1', HostPort: String(port.host)}]}}),
      LogConfig: {Type: 'none', Config: {}},
    },
  };
}

/** Processes and threads of a definition, which needs few: one that starts more and more leaves the computer usable. */
const MOST_PROCESSES = 500;

/** What the system allows of a computer's name. */
const HOSTNAME_MAX = 63;

/** A mount of this form is refused where its source is missing, in place of an empty folder made there. */
function mountsOf({path, files}: Extract<ToolSpec['workspace'], {readonly kind: 'folder'}>) {
  return [
    {Type: 'bind' as const, Source: path, Target: WORKSPACE},
    ...files.map(({source, target}) => ({
      ...{Type: 'bind' as const, Source: source, Target: target},
      ReadOnly: true,
    })),
  ];
}

/** Null leaves it to the image. */
function userOf(
  {user, workspace}: ToolSpec,
  {job, self}: ToolOwner,
  {isPodman, isRootless}: Engine,
): string | null {
  if (user === 'image') return null;
  if (user !== 'mine') return user.as;
  // to a rootless Docker its own root is who started it
  if (workspace.kind === 'folder' && isRootless && !isPodman) return '0:0';
  const found = workspace.kind === 'folder' ? (job ?? self) : job;
  return found === null ? null : `${found.uid}:${found.gid}`;
}
