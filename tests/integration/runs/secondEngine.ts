import {execFile, spawn} from 'node:child_process';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** An engine of our own beside the computer's one, that may be stopped or keep its data elsewhere. */
export interface SecondEngine {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Copies an image from the computer's engine. */
  copyImage(name: string): Promise<void>;
}

/** An engine that keeps everything below `root`; it needs dockerd and root's rights. */
export function createSecondEngine(root: string): SecondEngine {
  const host = `unix://${join(root, 'docker.sock')}`;
  let end: (() => Promise<void>) | null = null;
  return {
    host,
    async start() {
      const args = ['--data-root', join(root, 'data'), '--exec-root', join(root, 'exec')];
      args.push('--pidfile', join(root, 'docker.pid'), '-H', host);
      // in a network of its own: without a bridge an engine deletes docker0, also that of the computer's engine
      const engine = spawn(
        'unshare',
        ['--net', 'dockerd', ...args, '--bridge=none', '--iptables=false'],
        {stdio: 'ignore'},
      );
      const ended = new Promise((resolve) => engine.once('exit', resolve));
      end = async () => {
        engine.kill('SIGTERM');
        await ended;
      };
      for (;;) {
        const up = await run('docker', ['-H', host, 'info']).catch(() => null);
        if (up !== null) return;
        if (engine.exitCode !== null) throw new Error(`dockerd ended with ${engine.exitCode}`);
        await delay(200);
      }
    },
    async stop() {
      const ending = end;
      end = null;
      await ending?.();
    },
    async copyImage(name) {
      await mkdir(root, {recursive: true});
      const file = join(root, 'image.tar');
      await run('docker', ['save', '-o', file, name]);
      await run('docker', ['-H', host, 'load', '-i', file]);
    },
  };
}
