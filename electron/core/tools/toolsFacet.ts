import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename, join} from 'node:path';
import type {toolRequests} from '../../../shared/contract/toolRequests';
import type {FacetOf} from '../../../shared/contract/request';
import type {Limits} from '../../../shared/engine';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {
  TOOL_TITLES,
  type LaunchedTool,
  type RunningTool,
  type ToolName,
} from '../../../shared/tools';
import type {Terminal, TerminalSize, ToolContainer, ToolSpec} from '../../engine/tools';
import {fileSystemError} from '../../files/fileSystemError';
import {thisProcess} from '../../files/processIdentity';
import {prepareStudyFolder} from '../../runs/studyFolder';
import type {ImagesFacet} from '../engines/imagesFacet';
import {oneTimeAddress, type OneTimeAddress} from './oneTimeAddress';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {toolImage} from './toolImages';
import {answersWithin, freePort} from './toolPorts';

/** What a launch may be told; everything else follows from the study. */
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
  address(tool: RunningTool): Answer<string>;
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
  // Jupyter tells its own port in what it prints: the same one inside
  jupyter: {host: 8888, inside: null},
  rstudio: {host: 8787, inside: 8787},
};

const TOKEN_VARIABLE = 'JUPYTER_TOKEN';

/** Creates it for a study. */
export function createToolsFacet(state: StudyState, images: ImagesFacet): ToolsFacet {
  const {context, dir, folder} = state;
  const tools = () => context.executors.toolsOf('docker');
  let known: readonly RunningTool[] = [];
  const fullImage = (image: string): string => {
    const full = image.includes('/') ? image : `${context.registry()}/${image}`;
    return /:[^/]*$/u.test(full) ? full : `${full}:latest`;
  };

  const running = async (): Answer<readonly RunningTool[]> => {
    if (!existsSync(folder.identity)) return ok([]);
    const identity = await prepareStudyFolder(folder);
    if (!identity.ok) return identity;
    const found = await tools().running(identity.value);
    if (!found.ok) return found;
    known = found.value.flatMap(asTool);
    return ok(known);
  };

  const launchNow = async (tool: ToolName, options: LaunchOptions): Answer<LaunchedTool> => {
    const identity = await prepareStudyFolder(folder);
    if (!identity.ok) return identity;
    const here = await running();
    if (!here.ok) return here;
    for (const each of here.value) {
      if (each.tool !== tool || (options.name ?? each.name) !== each.name) continue;
      if (options.force !== true)
        return ok({tool: each, wasRunning: true, answers: await answersNow(each)});
      const stopped = await tools().stop(each.id);
      if (!stopped.ok) return stopped;
    }
    const {host, inside} = TOOLS[tool];
    const actions = state.snapshot().project?.actions ?? [];
    const image = toolImage(tool, actions, context.registry(), options.version);
    const fetched = await images.fetch(image);
    if (!fetched.ok) return fetched;
    const port = options.port ?? (await freePort(host));
    const spec: ToolSpec = {
      ...(tool === 'jupyter' ? jupyter(port) : rstudio()),
      kind: tool,
      studyId: identity.value,
      process: null,
      names:
        options.name === undefined ? containerNames(tool, dir, identity.value) : [options.name],
      image,
      entrypoint: null,
      limits: null,
      network: true,
      workspace: {kind: 'folder', path: dir, files: tool === 'rstudio' ? gitconfig() : []},
      port: {host: port, inside: inside ?? port},
    };
    const started = await tools().start(spec);
    if (!started.ok) return started;
    const launched: RunningTool = {
      id: started.value.id,
      tool,
      name: started.value.name,
      image,
      address: addressAt(port),
      startedAt: new Date(context.now()).toISOString(),
    };
    const isThere = async (): Promise<boolean> => {
      const now = await running();
      return !now.ok || now.value.some(({id}) => id === launched.id);
    };
    known = [...known, launched];
    const answers = await answersWithin(launched.address, ANSWER_MS, isThere);
    if (!answers && !(await isThere()))
      return err(
        appError('job-failed', `${TOOL_TITLES[tool]} ended before it answered.`, {
          why: `The image ${image} may not have it, or it could not start.`,
          hint: `Try it by hand to see what it says: study-desk exec ${image} ${spec.args.join(' ')}`,
        }),
      );
    return ok({tool: launched, wasRunning: false, answers});
  };

  const address = async (tool: RunningTool): Answer<string> => {
    if (tool.tool !== 'jupyter') return ok(tool.address);
    const token = await tools().variable(tool.id, TOKEN_VARIABLE);
    if (!token.ok) return token;
    return ok(`${tool.address}lab${token.value === null ? '' : `?token=${token.value}`}`);
  };

  const byId = async (id: string): Answer<RunningTool> => {
    const found = await running();
    if (!found.ok) return found;
    const tool = found.value.find((each) => each.id === id);
    return tool === undefined
      ? err(appError('not-found', 'That tool does not run in this study any more.'))
      : ok(tool);
  };

  const underWay = new Map<ToolName, Answer<LaunchedTool>>();
  return {
    running,
    known: () => known,
    launch(tool, options) {
      const current = underWay.get(tool);
      if (current !== undefined) return current;
      const launch = launchNow(tool, options).finally(() => underWay.delete(tool));
      underWay.set(tool, launch);
      return launch;
    },
    address,
    async entrance(id) {
      const tool = await byId(id);
      if (!tool.ok) return tool;
      const secret = await address(tool.value);
      if (!secret.ok) return secret;
      try {
        return ok(await oneTimeAddress(secret.value));
      } catch (error) {
        return err(fileSystemError('No port of this computer could be opened.', error));
      }
    },
    async stop({id}) {
      const tool = await byId(id);
      if (!tool.ok) return tool;
      known = known.filter((each) => each.id !== id);
      return tools().stop(id);
    },
    fullImage,
    async run(command, size) {
      const image = fullImage(command.image);
      const fetched = await images.fetch(image);
      if (!fetched.ok) return fetched;
      const identity = existsSync(folder.identity) ? await prepareStudyFolder(folder) : ok(null);
      if (!identity.ok) return identity;
      const licence = command.image.startsWith('stata') ? await context.stataLicence() : null;
      return tools().open(
        {
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
        },
        size,
      );
    },
  };
}

function jupyter(port: number): Pick<ToolSpec, 'args' | 'env' | 'user'> {
  return {
    args: [
      ...['jupyter', 'lab', '--ip=0.0.0.0', `--port=${port}`, '--no-browser'],
      // root inside is who started a rootless Docker, or a root of this computer; Jupyter refuses it otherwise
      '--allow-root',
      ...[`--LabApp.custom_display_url=${addressAt(port)}`, '--log-level=ERROR'],
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

/** It starts as root and then works as who it is told. */
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
