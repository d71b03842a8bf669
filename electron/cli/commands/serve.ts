import {appError} from '../../../shared/errors';
import {formatPlural} from '../../../shared/format';
import {changeFlag, findLogs, readLog, resetRunning, serveStatus} from '../../serve/operate';
import {serveHere} from '../../serve/serveHere';
import {type CommandContext, reportError} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** Options of `serve` itself. */
export interface ServeCommandOptions {
  readonly once: boolean;
  readonly protocol: 'v1' | 'v2';
  /** Port; null without. */
  readonly listen: number | null;
}

/** Serves a job queue: its log is what is printed, one JSON object a line, with or without `--json`. */
export async function serveCommand(
  context: CommandContext,
  {once, protocol, listen}: ServeCommandOptions,
): Promise<ExitCode> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  // a second signal ends the process as any other
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const {console} = context;
  const write = (line: string): void =>
    context.json ? console.json(JSON.parse(line)) : console.print(line);
  const served = await serveHere(process.env, {
    once,
    protocol,
    listen,
    write,
    signal: stopping.signal,
  });
  if (served.ok) return EXIT.done;
  const code = reportError(context, served.error);
  return code === EXIT.invalid ? EXIT.invalid : EXIT.failed;
}

/** `serve status`. */
export async function serveStatusCommand(context: CommandContext): Promise<ExitCode> {
  const found = await serveStatus(process.env);
  if (!found.ok) return reportError(context, found.error);
  const {console} = context;
  const {backend, running, flags, poll, requests, jobs} = found.value;
  console.json(found.value);
  console.print(
    running === null
      ? `Backend ${backend}: no runner serves it.`
      : `Backend ${backend}: served by process ${running.pid} since ${running.since}.`,
  );
  if (poll !== null)
    console.print(
      `Job server: ${poll.ok ? 'answers' : (poll.message ?? 'does not answer')} (${poll.at}).`,
    );
  for (const {name, value, setAt} of flags) console.print(`Flag ${name} = ${value}, set ${setAt}.`);
  const open = requests.filter((request) => request.open);
  console.print(
    `${formatPlural(open.length, 'open request')}, ${formatPlural(jobs.filter(({state}) => state === 'pending').length, 'job')} waiting, ${formatPlural(jobs.filter(({state}) => state === 'running').length, 'job')} running.`,
  );
  for (const {id, workspace, actions} of open) {
    console.print(`${id}  ${workspace}  ${actions.join(' ')}`);
    for (const job of jobs.filter(({requestId}) => requestId === id))
      console.print(`  ${job.reference}  ${job.action}  ${job.state}  ${job.message}`);
  }
  return EXIT.done;
}

/** `serve flag`; without a value the flag is cleared. */
export async function serveFlagCommand(
  context: CommandContext,
  name: string,
  value: string | null,
): Promise<ExitCode> {
  const changed = await changeFlag(process.env, name, value);
  if (!changed.ok) return reportError(context, changed.error);
  context.console.json({flags: changed.value});
  context.console.print(value === null ? `Flag ${name} is cleared.` : `Flag ${name} = ${value}.`);
  return EXIT.done;
}

/** `serve log`: the path of the log, then the log; where several fit, what they are. */
export async function serveLogCommand(
  context: CommandContext,
  fragment: string,
): Promise<ExitCode> {
  const found = await findLogs(process.env, fragment);
  if (!found.ok) return reportError(context, found.error);
  const {console} = context;
  const [only, ...others] = found.value;
  if (only === undefined || others.length > 0) {
    console.json({matches: found.value});
    for (const {id, path} of found.value) console.print(`os-job-${id}  ${path}`);
    return reportError(
      {console, errorLine: {}},
      appError('invalid-request', `${found.value.length} logs fit "${fragment}".`, {
        hint: 'Give more of the reference.',
      }),
    );
  }
  console.json({id: only.id, path: only.path});
  console.print(only.path);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of readLog(only)) {
    const lines = (rest + decoder.decode(piece, {stream: true})).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) console.print(line);
    if (console.isClosed()) return EXIT.done;
  }
  if (rest !== '') console.print(rest);
  return EXIT.done;
}

/** `serve reset-running`. */
export async function serveResetCommand(context: CommandContext): Promise<ExitCode> {
  const reset = await resetRunning(process.env);
  if (!reset.ok) return reportError(context, reset.error);
  context.console.json({reset: reset.value});
  context.console.print(
    `${formatPlural(reset.value, 'running job')} put back; their containers are removed.`,
  );
  return EXIT.done;
}
