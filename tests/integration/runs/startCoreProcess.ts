import {spawn, type ChildProcess} from 'node:child_process';
import {join} from 'node:path';
import {build} from 'esbuild';
import * as z from 'zod';

const Result = z.object({
  maxMegabytes: z.number(),
  jobs: z.array(
    z.object({
      action: z.string(),
      statusCode: z.string(),
      message: z.string(),
      jobId: z.string(),
      outputs: z.number(),
    }),
  ),
});

/** What a core in a process of its own tells at its end. */
export type CoreResult = z.infer<typeof Result>;

/** Bundles the process, so that it starts as fast as the application does; answers its file. */
export function bundleCoreProcess(): Promise<string> {
  return bundleOf('coreProcess');
}

/** Bundles a file of this folder, given without its ending; answers the bundle. */
export async function bundleOf(name: string): Promise<string> {
  const outfile = join(process.cwd(), 'dist/tests', `${name}.cjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}

/** Starts a run in a process of its own; `onText` is given everything said so far whenever more is said. */
export function startCoreProcess(
  file: string,
  args: readonly string[],
  onText: (text: string, child: ChildProcess) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const take = (chunk: Buffer) => {
      said += chunk.toString('utf8');
      onText(said, child);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
}

/** The result in what a process said. */
export function resultIn(said: string): CoreResult {
  const line = said.split('\n').find((each) => each.startsWith('result '));
  if (line === undefined) throw new Error(`The process gave no result:\n${said.slice(-2000)}`);
  return Result.parse(JSON.parse(line.slice('result '.length)));
}
