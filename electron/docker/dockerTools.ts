import type {Duplex} from 'node:stream';
import type Dockerode from 'dockerode';
import type {Container} from 'dockerode';
import {type AppError, appError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {
  Terminal,
  TerminalSize,
  ToolContainer,
  ToolKind,
  Tools,
  ToolSpec,
} from '../executor/tools';
import {removeContainer} from './containerJob';
import {containerUser, STUDY_LABEL} from './containerSpec';
import {inspectImage} from './dockerImages';
import type {EngineConnection} from './engineConnection';
import {engineError, failedStatus} from './engineError';
import {type ListedTool, toolEnvironmentReply, toolListReply, waitReply} from './engineReplies';
import {type CodeArchives, fillWorkspace} from './fillWorkspace';
import {ownIds} from './hostEnvironment';
import {TOOL_LABEL, toolSpec} from './toolSpec';
import {LogDemux} from './containerLogs';

const KINDS: readonly string[] = [
  'jupyter',
  'rstudio',
  'shell',
  'command',
  'ehrql',
] satisfies ToolKind[];

/** Containers of an engine beside any run. */
export class DockerTools implements Tools {
  private readonly self = ownIds();
  private readonly job = containerUser(process.platform, this.self, process.env);

  constructor(
    private readonly engine: EngineConnection,
    private readonly codeArchives: CodeArchives,
  ) {}

  async start(spec: ToolSpec): ReturnType<Tools['start']> {
    try {
      const made = await this.make(spec, null);
      if (!made.ok) return made;
      await this.begin(made.value.container);
      return ok({id: made.value.container.id, name: made.value.name ?? ''});
    } catch (error) {
      return err(startError(error, spec));
    }
  }

  async open(spec: ToolSpec, size: TerminalSize | null): Promise<Result<Terminal, AppError>> {
    try {
      const made = await this.make(spec, {size});
      if (!made.ok) return made;
      const {container} = made.value;
      const both = {stdin: true, stdout: true, stderr: true} as const;
      const stream = await container.attach({stream: true, hijack: true, ...both});
      await this.begin(container);
      const terminal = new DockerTerminal(
        this.engine,
        container,
        stream as Duplex, // what a connection that was taken over is
        size !== null,
      );
      if (size !== null) await terminal.resize(size);
      return ok(terminal);
    } catch (error) {
      return err(startError(error, spec));
    }
  }

  async running(studyId: string): Promise<Result<readonly ToolContainer[], AppError>> {
    try {
      const client = await this.engine.client();
      const filters = {label: [TOOL_LABEL, `${STUDY_LABEL}=${studyId}`]};
      const found = toolListReply.parse(await client.listContainers({filters}));
      return ok(found.flatMap(toolContainer));
    } catch (error) {
      return err(engineError(error, 'list the tools that run'));
    }
  }

  async variable(id: string, name: string): Promise<Result<string | null, AppError>> {
    try {
      const client = await this.engine.client();
      const {Config} = toolEnvironmentReply.parse(await client.getContainer(id).inspect());
      const found = Config.Env.find((each) => each.startsWith(`${name}=`));
      return ok(found?.slice(name.length + 1) ?? null);
    } catch (error) {
      return err(engineError(error, 'show how the tool was started'));
    }
  }

  async stop(id: string): Promise<Result<null, AppError>> {
    try {
      const client = await this.engine.client();
      await removeContainer(client.getContainer(id));
      return ok(null);
    } catch (error) {
      return err(engineError(error, 'stop the tool'));
    }
  }

  async command(image: string) {
    try {
      const {Config} = await inspectImage(await this.engine.client(), image);
      return ok({entrypoint: Config?.Entrypoint ?? [], command: Config?.Cmd ?? []});
    } catch (error) {
      return err(engineError(error, `show what ${image} runs`));
    }
  }

  /** Makes the container and, where it works in a copy, fills it; leaves none behind where that fails. */
  private async make(
    spec: ToolSpec,
    terminal: {readonly size: TerminalSize | null} | null,
  ): Promise<Result<MadeTool, AppError>> {
    const {workspace} = spec;
    if (workspace.kind === 'folder' && !(await this.engine.isHere())) return elsewhere();
    const made = await this.create(spec, terminal);
    if (workspace.kind === 'folder') return ok(made);
    const {container} = made;
    try {
      await this.engine.whileAnswering((signal) =>
        fillWorkspace(container, workspace.staging, this.job, this.codeArchives, signal, 'all'),
      );
      return ok(made);
    } catch (error) {
      await removeContainer(container).catch(() => undefined);
      throw error;
    }
  }

  /** Under the first of its names that is free. */
  private async create(
    spec: ToolSpec,
    terminal: {readonly size: TerminalSize | null} | null,
  ): Promise<MadeTool> {
    const client = await this.engine.client();
    const facts = await this.engine.facts();
    const owner = {job: this.job, self: this.self};
    for (const [index, name] of [...spec.names, null].entries()) {
      // without names it has none; otherwise the last one is tried for good
      const isLast = index >= spec.names.length - 1;
      try {
        const options = toolSpec(spec, name, owner, facts, terminal);
        return {container: await client.createContainer(options), name};
      } catch (error) {
        if (isLast || !isNameTaken(error)) throw error;
      }
    }
    throw new Error('No name was tried.');
  }

  private async begin(container: Dockerode.Container): Promise<void> {
    try {
      await container.start();
    } catch (error) {
      await removeContainer(container).catch(() => undefined);
      throw error;
    }
  }
}

/** A container that has been made. */
interface MadeTool {
  readonly container: Dockerode.Container;
  readonly name: string | null;
}

function isNameTaken(error: unknown): boolean {
  return failedStatus(error) === 409 || (error instanceof Error && NAME_TAKEN.test(error.message));
}

const NAME_TAKEN = /name .*is already in use/iu;

function toolContainer({
  Id,
  Names,
  Image,
  Labels,
  Created,
  Ports,
}: ListedTool): readonly ToolContainer[] {
  const kind = Labels[TOOL_LABEL] ?? '';
  if (!KINDS.includes(kind)) return [];
  return [
    {
      id: Id,
      kind: kind as ToolKind, // one of them, as was just looked
      name: (Names[0] ?? Id).replace(/^\//u, ''),
      image: Image,
      hostPort: Ports.find(({PublicPort}) => PublicPort !== undefined)?.PublicPort ?? null,
      startedAt: new Date(Created * 1000).toISOString(),
    },
  ];
}

function elsewhere(): Result<never, AppError> {
  return failWith('invalid-request', 'The container engine seems to be on another computer.', {
    why: 'Tools and commands need the study folder, which another computer does not have.',
    hint: 'Choose an engine on this computer. Shells in an action’s image work with any engine.',
  });
}

/** What stands in the way of a tool, in words of its own where a job never meets it. */
function startError(error: unknown, {port, names, image}: ToolSpec): AppError {
  const failure = engineError(error, `start ${image}`);
  const text = `${failure.why ?? ''} ${failure.detail ?? ''}`;
  if (
    port !== null &&
    /port is already allocated|address already in use|cannot expose/iu.test(text)
  )
    return appError('invalid-request', `Port ${port.host} of this computer is in use.`, {
      hint: 'Choose another one with --port.',
    });
  if (NAME_TAKEN.test(text))
    return appError(
      'invalid-request',
      `There is a container called ${names.at(-1) ?? ''} already.`,
      {
        hint: 'Choose another name with --name, or stop that container.',
      },
    );
  if (/invalid container name/iu.test(text))
    return appError('invalid-request', `${names[0] ?? ''} can’t be used as a container name.`, {
      hint: 'Use letters, digits, `_`, `.` and `-`.',
    });
  if (/bind source path does not exist|statfs .*no such file|mounts denied/iu.test(text))
    return appError('file-system', 'The container engine can’t see the study’s folder.', {
      why: failure.why ?? failure.detail ?? '',
      hint: 'Engines in a virtual machine see only shared folders. Share this one in the engine’s settings, or move the study into your home folder.',
    });
  return failure;
}

/** A container that somebody types to, over one connection of its own. */
class DockerTerminal implements Terminal {
  private ending: Promise<Result<number, AppError>> | null = null;
  private stopped = false;

  constructor(
    private readonly engine: EngineConnection,
    private readonly container: Container,
    private readonly stream: Duplex,
    private readonly isTty: boolean,
  ) {
    // reported by `wait`
    stream.on('error', () => undefined);
  }

  write(bytes: Buffer): void {
    if (this.stream.writable) this.stream.write(bytes);
  }

  endInput(): void {
    if (this.stream.writable) this.stream.end();
  }

  async resize({columns, rows}: TerminalSize): Promise<void> {
    try {
      await this.container.resize({w: columns, h: rows});
    } catch {
      // one that has just ended, or an engine that is lost, has no size
    }
  }

  async output(
    onPiece: (stream: 'stdout' | 'stderr', bytes: Buffer) => void | Promise<void>,
  ): Promise<void> {
    const demux = new LogDemux();
    try {
      for await (const chunk of this.stream as AsyncIterable<Buffer>) {
        if (this.isTty) await onPiece('stdout', chunk);
        else for (const {stream, bytes} of demux.push(chunk)) await onPiece(stream, bytes);
      }
    } catch {
      // a connection that broke off: `wait` says whether the command has ended
    }
  }

  wait(): Promise<Result<number, AppError>> {
    this.ending ??= this.waitForEnd();
    return this.ending;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.engine.whileAnswering(() => removeContainer(this.container)).catch(() => undefined);
    this.stream.destroy();
  }

  private async waitForEnd(): Promise<Result<number, AppError>> {
    try {
      const ended = await this.engine.whileAnswering(async (abortSignal) =>
        waitReply.parse(await this.container.wait({condition: 'not-running', abortSignal})),
      );
      await removeContainer(this.container).catch(() => undefined);
      return ok(ended.StatusCode);
    } catch (error) {
      // removed by `stop` before the engine could report its end
      if (this.stopped || failedStatus(error) === 404)
        return failWith('cancelled', 'The container was stopped.');
      return err(engineError(error, 'report how the command ended'));
    } finally {
      // nothing more can come, but what came may still be taken
      this.stream.end();
    }
  }
}
