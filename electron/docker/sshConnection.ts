import {spawn} from 'node:child_process';
import http from 'node:http';
import {Duplex} from 'node:stream';
import {shellWord} from '../../shared/shellWord';
import {sshTo} from '../network/ssh';

/** How much of what `ssh` says is kept to say why it failed, in characters. */
const SAID_MAX = 2000;
/** `ssh` could not reach an engine; its message is what it said. */
export class SshFailure extends Error {
  readonly code = 'ESSH';
}

/**
 * What `ssh` is given to reach the engine at an `ssh://` address, as the docker command line does it: the engine's own
 * command passes its socket through. Throws for an address that is none.
 */
export function sshArguments(host: string): readonly string[] {
  const url = new URL(host);
  const there = sshTo(url);
  if (there === null) throw new SshFailure(`${host} is not an ssh address`);
  const path = decodeURIComponent(url.pathname);
  const hasSocket = path !== '' && path !== '/';
  const engine = hasSocket ? ['docker', '--host', shellWord(`unix://${path}`)] : ['docker'];
  return [...there, ...engine, 'system', 'dial-stdio'];
}

/** Connections to an engine behind `ssh`, each a process of its own; idle ones are used again. */
export class SshAgent extends http.Agent {
  constructor(
    private readonly host: string,
    options: http.AgentOptions,
  ) {
    super(options);
  }

  // http.Agent asks its own method for each new connection
  override createConnection(): Duplex {
    return new SshStream(sshArguments(this.host));
  }
}

/** One connection: what is written goes to the engine, what it answers is read. */
class SshStream extends Duplex {
  private readonly child;
  private said = '';

  constructor(args: readonly string[]) {
    super();
    this.child = spawn('ssh', [...args], {stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true});
    const {stdin, stdout, stderr} = this.child;
    stdout.on('data', (piece: Buffer) => {
      if (!this.push(piece)) stdout.pause();
    });
    stderr.setEncoding('utf8').on('data', (piece: string) => {
      this.said = `${this.said}${piece}`.slice(-SAID_MAX);
    });
    // reported at the end of the process, with what it said
    stdin.on('error', () => undefined);
    this.child.once('error', (error) => this.destroy(new SshFailure(`ssh: ${error.message}`)));
    // an end without a reason would be reported before the reason
    this.child.once('close', (code) => {
      if (code === 0) this.push(null);
      else this.destroy(new SshFailure(this.said.trim() || `ssh ended with ${code}`));
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(
    piece: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.child.stdin.write(piece, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  // what an http agent asks of its sockets

  ref(): this {
    this.child.ref();
    return this;
  }

  unref(): this {
    this.child.unref();
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }
}
