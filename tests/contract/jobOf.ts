import {mkdtemp, mkdir, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {Executor, JobExit, JobSpec, RunningJob} from '../../electron/executor/executor';
import {stageCode, stageInputs} from '../../electron/files/stageCode';

/** The stand-in for the real image, made by build/testImages.mjs. */
export const PYTHON = 'ghcr.io/opensafely-core/python:v2';
export const BUSYBOX = 'study-desk-test/busybox:v1';

/** Never aborted. */
export const never = new AbortController().signal;

let jobs = 0;

/** A study folder with files, removed by `remove`. */
export async function studyWith(files: Readonly<Record<string, string>>): Promise<{
  readonly dir: string;
  remove(): Promise<void>;
}> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'study-desk-test-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), {recursive: true});
    await writeFile(path.join(dir, name), text);
  }
  return {dir, remove: () => rm(dir, {recursive: true, force: true})};
}

/** What a job is given: code of a folder (outputs left out by pattern) and inputs. */
export async function specOf(
  dir: string,
  given: {
    readonly image?: string;
    readonly args: readonly string[];
    readonly patterns?: readonly string[];
    readonly inputs?: readonly string[];
    readonly runId?: string;
    readonly studyId?: string;
    readonly memoryBytes?: number;
    readonly debug?: boolean;
    readonly env?: Readonly<Record<string, string>>;
    readonly backend?: string;
    readonly network?: string;
  },
): Promise<JobSpec> {
  jobs += 1;
  const number = jobs;
  const code = await stageCode(dir, given.patterns ?? []);
  if (!code.ok) throw new Error(code.error.message);
  const inputs = await stageInputs(dir, given.inputs ?? []);
  if (!inputs.ok) throw new Error(inputs.error.message);
  return {
    jobId: `${process.pid}t${Date.now().toString(36)}${number}`,
    runId: given.runId ?? `run${process.pid}`,
    studyId: given.studyId ?? `study${process.pid}`,
    workspace: path.basename(dir),
    action: 'an_action',
    image: given.image ?? PYTHON,
    args: given.args,
    backend: given.backend ?? 'expectations',
    network: given.network ?? null,
    confined: false,
    env: given.env ?? {},
    limits: {memoryBytes: given.memoryBytes ?? 1024 ** 3, cpus: 1},
    staging: {
      code: code.value.entries,
      codeKey: code.value.codeKey,
      inputs: inputs.value,
    },
    debug: given.debug ?? false,
  };
}

/** Prepares and starts; throws what a user would be told. */
export async function start(executor: Executor, spec: JobSpec): Promise<RunningJob> {
  const prepared = await executor.prepare(spec, never);
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.error));
  const started = await prepared.value.start();
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  return started.value;
}

/** Waits for the end of the command. */
export async function exitOf(job: RunningJob): Promise<JobExit> {
  const exit = await job.wait();
  if (!exit.ok) throw new Error(JSON.stringify(exit.error));
  return exit.value;
}

/** The whole log of each stream. */
export async function logOf(job: RunningJob): Promise<{stdout: Buffer; stderr: Buffer}> {
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = {stdout: [], stderr: []};
  await job.logs((stream, chunk) => void chunks[stream].push(Buffer.from(chunk)));
  return {stdout: Buffer.concat(chunks.stdout), stderr: Buffer.concat(chunks.stderr)};
}

/** What the command wrote: paths with sizes, and refused paths with reasons. */
export async function changesOf(job: RunningJob): Promise<{
  readonly files: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, string>>;
  readonly untouched: readonly string[];
}> {
  const changes = await job.changes();
  if (!changes.ok) throw new Error(JSON.stringify(changes.error));
  const {files, refused, untouched} = changes.value;
  return {
    files: Object.fromEntries(files.map((file) => [file.path, file.size])),
    refused: Object.fromEntries(refused.map((entry) => [entry.path, entry.reason])),
    untouched: [...untouched].sort(),
  };
}

/** Reads a file's content to its end. */
export async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** The collected files' texts by path. */
export async function collected(
  job: RunningJob,
  paths: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  const result = await job.collect(
    paths,
    async (name, _size, content) => {
      texts[name] = await textOf(content);
    },
    never,
  );
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return texts;
}
