import type {Duplex} from 'node:stream';
import type {Container} from 'dockerode';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {Terminal, TerminalSize} from '../executor/tools';
import {removeContainer} from './containerJob';
import {LogDemux} from './containerLogs';
import type {EngineConnection} from './engineConnection';
import {engineError, failedStatus} from './engineError';
import {waitReply} from './engineReplies';

/** A container that somebody types to, over one connection of its own. */
export class DockerTerminal implements Terminal {
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
