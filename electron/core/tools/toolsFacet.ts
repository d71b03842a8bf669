import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename, join} from 'node:path';
import type {RequestArg} from '../../../shared/contract/contract';
import type {toolRequests} from '../../../shared/contract/toolRequests';
import type {FacetOf} from '../../../shared/contract/request';
import type {Limits} from '../../../shared/engine';
import {failWith} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {
  TOOL_TITLES,
  type LaunchedTool,
  type RunningTool,
  type ToolName,
} from '../../../shared/tools';
import type {Terminal, TerminalSize, ToolContainer, Tools, ToolSpec} from '../../executor/tools';
import {fileSystemError} from '../../files/fileSystemError';
import {thisProcess} from '../../files/processIdentity';
import {prepareStudyFolder} from '../../runs/studyFolder';
import type {ImagesFacet} from '../engines/imagesFacet';
import {oneTimeAddress, type OneTimeAddress} from './oneTimeAddress';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {toolImage} from './toolImages';
import {answersWithin, codespacesOrigin, freePort} from './toolPorts';

/** What a launch may be given; everything else follows from the study. */
export interface LaunchOptions {
  /** The image's version; else the one that the study's actions use. */
  readonly version?: string;
  /** The container's name; else `os-TOOL-FOLDER`. */
  readonly name?: string;
  /** A port of this computer; else the tool's usual one, or another that is free. */
  readonly port?: number;
  /** In place of one that runs. */
  readonly force?: boolean;
}

/** A command that somebody types, to be carried out in an image on the study's own folder. */
export interface TypedCommand {
  /** As run lines name it, or with its registry. */
  readonly image: string;
  readonly args: readonly string[];
  readonly entrypoint: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly user: ToolSpec['user'];
  readonly limits: Limits;
}

/** Containers on the study beside any run: JupyterLab, RStudio, and single commands. */
export interface ToolsFacet extends FacetOf<typeof toolRequests> {
  /** Those that ran when they were last asked for. */
  known(): readonly RunningTool[];
  /** Launches one in the background; its image is downloaded first where it is missing, which `images` shows. */
  launch(tool: ToolName, options: LaunchOptions): Answer<LaunchedTool>;
  /** Where a tool answers, with all that gets one in: a secret. */
  address(id: string): Answer<string>;
  /** The same for a browser: it leads there once. */
  entrance(id: string): Answer<OneTimeAddress>;
  /** Carries a command out, as `opensafely exec` does; `size` is that of the terminal it is typed at, null without one. */
  run(command: TypedCommand, size: TerminalSize | null): Answer<Terminal>;
  /** Full name of an image as it is typed. */
  fullImage(image: string): string;
}

/** How long a tool may take until it answers before that is said, in milliseconds. */
const ANSWER_MS = 30_000;

/** The ports that each tool is usually found at. */
const TOOLS: Readonly<Record<ToolName, {readonly host: number; readonly inside: number | null}>> = {
  // Jupyter prints its own port in what it prints: the same one inside
  jupyter: {host: 8888, inside: null},
  rstudio: {host: 8787, inside: 8787},
};

const TOKEN_VARIABLE = 'JUPYTER_TOKEN';

/** The facet of one study. */
export class ToolsOfStudy implements ToolsFacet {
  private lastKnown: readonly RunningTool[] = [];
  private readonly underWay = new Map<ToolName, Answer<LaunchedTool>>();

  constructor(
    private readonly state: StudyState,
    private readonly images: ImagesFacet,
  ) {}

  async running(): Answer<readonly RunningTool[]> {
    const {folder} = this.state;
    if (!existsSync(folder.identity)) return ok([]);
    const identity = await prepareStudyFolder(folder);
    if (!identity.ok) return identity;
    const found = await this.containers().running(identity.value);
    if (!found.ok) return found;
    this.lastKnown = found.value.flatMap(asTool);
    return ok(this.lastKnown);
  }

  known(): readonly RunningTool[] {
    return this.lastKnown;
  }

  launch(tool: ToolName, options: LaunchOptions): Answer<LaunchedTool> {
    const current = this.underWay.get(tool);
    if (current !== undefined) return current;
    const launch = this.launchNow(tool, options).finally(() => this.underWay.delete(tool));
    this.underWay.set(tool, launch);
    return launch;
  }

  async address(id: string): Answer<string> {
    const found = await this.byId(id);
    if (!found.ok) return found;
    const {tool, address} = found.value;
    if (tool !== 'jupyter') return ok(address);
    const token = await this.containers().variable(id, TOKEN_VARIABLE);
    if (!token.ok) return token;
    return ok(`${address}lab${token.value === null ? '' : `?token=${token.value}`}`);
  }

  async entrance(id: string): Answer<OneTimeAddress> {
    const secret = await this.address(id);
    if (!secret.ok) return secret;
    try {
      return ok(await oneTimeAddress(secret.value));
    } catch (error) {
      return err(fileSystemError('No free port was found on this computer.', error));
    }
  }

  async stop({id}: RequestArg<'tools:stop'>): Answer<null> {
    const tool = await this.byId(id);
    if (!tool.ok) return tool;
    this.lastKnown = this.lastKnown.filter((each) => each.id !== id);
    return this.containers().stop(id);
  }

  fullImage(image: string): string {
    const full = image.includes('/') ? image : `${this.state.context.registry()}/${image}`;
    return /:[^/]*$/u.test(full) ? full : `${full}:latest`;
  }

  async run(command: TypedCommand, size: TerminalSize | null): Answer<Terminal> {
    const {context, dir, folder} = this.state;
    const image = this.fullImage(command.image);
    const fetched = await this.images.fetch(image);
    if (!fetched.ok) return fetched;
    const identity = existsSync(folder.identity) ? await prepareStudyFolder(folder) : ok(null);
    if (!identity.ok) return identity;
    const licence = command.image.startsWith('stata') ? await context.stataLicence() : null;
    const spec: ToolSpec = {
      kind: 'command',
      studyId: identity.value,
      process: JSON.stringify(await thisProcess()),
      names: [],
      image,
      entrypoint: command.entrypoint === null ? null : [command.entrypoint],
      args: command.args,
      env: {
        OPENSAFELY_BACKEND: 'expectations',
        HOME: '/tmp',
        ...(licence === null ? {} : {STATA_LICENSE: licence}),
        ...command.env,
      },
      user: command.user,
      limits: command.limits,
      network: true,
      workspace: {kind: 'folder', path: dir, files: []},
      port: null,
    };
    return this.containers().open(spec, size);
  }

  private containers(): Tools {
    return this.state.context.executors.toolsOf('docker');
  }

  private async launchNow(tool: ToolName, options: LaunchOptions): Answer<LaunchedTool> {
    const {context, folder} = this.state;
    const identity = await prepareStudyFolder(folder);
    if (!identity.ok) return identity;
    const joined = await this.joined(tool, options);
    if (!joined.ok) return joined;
    if (joined.value !== null) return ok(joined.value);
    const actions = this.state.snapshot().project?.actions ?? [];
    const image = toolImage(tool, actions, context.registry(), options.version);
    const fetched = await this.images.fetch(image);
    if (!fetched.ok) return fetched;
    const port = options.port ?? (await freePort(TOOLS[tool].host));
    const spec = this.specOf(tool, identity.value, image, port, options.name);
    const started = await this.containers().start(spec);
    if (!started.ok) return started;
    const launched: RunningTool = {
      id: started.value.id,
      tool,
      name: started.value.name,
      image,
      address: addressAt(port),
      startedAt: new Date(context.now()).toISOString(),
    };
    this.lastKnown = [...this.lastKnown, launched];
    return this.answering(launched, spec.args);
  }

  /** The tool where it runs and may be joined; else null, once those in the way have stopped. */
  private async joined(tool: ToolName, options: LaunchOptions): Answer<LaunchedTool | null> {
    const here = await this.running();
    if (!here.ok) return here;
    for (const each of here.value) {
      if (each.tool !== tool || (options.name ?? each.name) !== each.name) continue;
      if (options.force !== true)
        return ok({tool: each, wasRunning: true, answers: await answersNow(each)});
      const stopped = await this.containers().stop(each.id);
      if (!stopped.ok) return stopped;
    }
    return ok(null);
  }

  private specOf(
    tool: ToolName,
    studyId: string,
    image: string,
    port: number,
    name: string | undefined,
  ): ToolSpec {
    const {dir} = this.state;
    return {
      ...(tool === 'jupyter' ? jupyter(port) : rstudio()),
      kind: tool,
      studyId,
      process: null,
      names: name === undefined ? containerNames(tool, dir, studyId) : [name],
      image,
      entrypoint: null,
      limits: null,
      network: true,
      workspace: {kind: 'folder', path: dir, files: tool === 'rstudio' ? gitconfig() : []},
      port: {host: port, inside: TOOLS[tool].inside ?? port},
    };
  }

  /** Waits until a tool answers; an error where it ends before. */
  private async answering(launched: RunningTool, args: readonly string[]): Answer<LaunchedTool> {
    const isThere = async (): Promise<boolean> => {
      const now = await this.running();
      return !now.ok || now.value.some(({id}) => id === launched.id);
    };
    const answers = await answersWithin(launched.address, ANSWER_MS, isThere);
    if (answers || (await isThere())) return ok({tool: launched, wasRunning: false, answers});
    const {tool, image} = launched;
    return failWith('job-failed', `${TOOL_TITLES[tool]} ended before it answered.`, {
      why: `The image ${image} may not have it, or it could not start.`,
      hint: `Run it by hand to see the error: study-desk exec ${image} ${args.join(' ')}`,
    });
  }

  private async byId(id: string): Answer<RunningTool> {
    const found = await this.running();
    if (!found.ok) return found;
    const tool = found.value.find((each) => each.id === id);
    return tool === undefined
      ? failWith('not-found', 'That tool is no longer running in this study.')
      : ok(tool);
  }
}

function jupyter(port: number): Pick<ToolSpec, 'args' | 'env' | 'user'> {
  const forwarded = codespacesOrigin(port, process.env);
  return {
    args: [
      ...['jupyter', 'lab', '--ip=0.0.0.0', `--port=${port}`, '--no-browser'],
      // root inside is who started a rootless Docker, or a root of this computer; Jupyter refuses it otherwise
      '--allow-root',
      ...[`--LabApp.custom_display_url=${addressAt(port)}`, '--log-level=ERROR'],
      // its WebSockets come from there, and are asked of this computer
      ...(forwarded === null ? [] : [`--ServerApp.allow_origin=${forwarded}`]),
    ],
    // an environment is seen by who may use the engine, and arguments by everybody
    env: {
      [TOKEN_VARIABLE]: randomBytes(24).toString('base64url'),
      HOME: '/tmp',
      PYTHONPATH: '/workspace',
    },
    user: 'mine',
  };
}

/** It starts as root and then works as who it is given. */
function rstudio(): Pick<ToolSpec, 'args' | 'env' | 'user'> {
  const uid = process.platform === 'linux' ? process.getuid?.() : undefined;
  return {
    args: [],
    env: {HOSTPLATFORM: process.platform, HOSTUID: String(uid ?? 'None')},
    user: {as: '0:0'},
  };
}

/** Where RStudio's image looks for it; apart, as nothing here names folders of one computer. */
const RSTUDIO_GITCONFIG = ['', 'home', 'rstudio', 'local-gitconfig'].join('/');

/** The user's name for commits, where git has one. */
function gitconfig(): readonly {readonly source: string; readonly target: string}[] {
  const source = join(homedir(), '.gitconfig');
  return existsSync(source) ? [{source, target: RSTUDIO_GITCONFIG}] : [];
}

/** As `opensafely launch` names it; another study in a folder of the same name may have that one already. */
function containerNames(tool: ToolName, dir: string, studyId: string): readonly string[] {
  const name = `os-${tool}-${basename(dir).replaceAll(/[^\w.-]+/gu, '-')}`;
  return [name, `${name}-${studyId.slice(0, 6)}`];
}

function addressAt(port: number): string {
  return `http://127.0.0.1:${port}/`;
}

function answersNow({address}: RunningTool): Promise<boolean> {
  return answersWithin(address, 1, async () => false);
}

function asTool(container: ToolContainer): readonly RunningTool[] {
  const {id, kind, name, image, hostPort, startedAt} = container;
  if ((kind !== 'jupyter' && kind !== 'rstudio') || hostPort === null) return [];
  return [{id, tool: kind, name, image, address: addressAt(hostPort), startedAt}];
}
