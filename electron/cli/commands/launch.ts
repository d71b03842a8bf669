import {spawn} from 'node:child_process';
import {type AppError, failWith} from '../../../shared/errors';
import {formatWhen} from '../../../shared/format';
import {ok, type Result} from '../../../shared/result';
import {
  type LaunchedTool,
  type RunningTool,
  TOOL_ACCESS,
  TOOL_DIFFERENCES,
  TOOL_TITLES,
  type ToolName,
} from '../../../shared/tools';
import type {Study} from '../../core/study';
import {type CommandContext, withEngine} from '../command';
import {downloadsOn} from '../downloads';
import {EXIT, type ExitCode} from '../exitCodes';
import {onFirstInterruption} from '../interruption';
import {columns} from '../render';

/** The options of `launch`. */
export interface LaunchCommandOptions {
  readonly name?: string;
  readonly port?: number;
  readonly browser: boolean;
  readonly background: boolean;
  readonly force: boolean;
  readonly list: boolean;
  readonly stop: boolean;
}

/** `launch TOOL[:VERSION]`: JupyterLab or RStudio on the study, until it is interrupted or in the background. */
export function launchCommand(
  context: CommandContext,
  asked: string | null,
  options: LaunchCommandOptions,
): Promise<ExitCode> {
  return withEngine(context, async (study): Promise<Result<ExitCode, AppError>> => {
    const [word = null, version] = asked?.split(':') ?? [];
    const tool = word === null ? null : toolOf(word);
    if (tool !== null && !tool.ok) return tool;
    if (options.list) return printRunning(context, study);
    if (options.stop) return stopTools(context, study, tool?.value ?? null);
    if (tool === null) return failWith('invalid-request', 'Name the tool: jupyter or rstudio.');
    const downloads = downloadsOn(study, context.console);
    const {name, port, force} = options;
    const launched = await study.tools
      .launch(tool.value, {
        ...{force},
        ...(version === undefined ? {} : {version}),
        ...(name === undefined ? {} : {name}),
        ...(port === undefined ? {} : {port}),
      })
      .finally(downloads.end);
    return launched.ok ? attend(context, study, launched.value, options) : launched;
  });
}

/** Prints the address of a tool that was launched, opens the browser on it, and stays with it unless it goes on by itself. */
async function attend(
  context: CommandContext,
  study: Study,
  {tool, wasRunning, answers}: LaunchedTool,
  options: LaunchCommandOptions,
): Promise<Result<ExitCode, AppError>> {
  const {console} = context;
  const address = await study.tools.address(tool.id);
  if (!address.ok) return address;
  console.json({...toolLine(tool), address: address.value, wasRunning, answers});
  const title = TOOL_TITLES[tool.tool];
  console.print(
    `${title} ${wasRunning ? 'runs already' : 'runs'} at ${address.value} (${tool.image}).`,
  );
  if (!answers) console.warn('It has not answered yet.');
  console.print(TOOL_ACCESS[tool.tool]);
  console.print('How it differs from a run:');
  for (const difference of TOOL_DIFFERENCES) console.print(`- ${difference}`);
  const stays = !options.background && !wasRunning;
  if (stays) console.print('Press Ctrl-C to end it.');
  else console.print(`\`study-desk launch --stop ${tool.tool}\` ends it.`);
  const interrupted = stays ? interruption() : null;
  if (options.browser) {
    const entrance = await study.tools.entrance(tool.id);
    if (!entrance.ok) return entrance;
    const opened = await openBrowser(entrance.value.address);
    if (!opened) console.warn('No browser could be opened: open the address yourself.');
    // the address leads there as long as this process goes on
    else if (!stays) await entrance.value.followed;
  }
  if (interrupted === null) return ok(EXIT.done);
  await Promise.race([interrupted, ended(study, tool)]);
  const stopped = await study.tools.stop({id: tool.id});
  if (!stopped.ok && stopped.error.kind !== 'not-found') return stopped;
  console.print(`${title} has ended.`);
  return ok(EXIT.done);
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    onFirstInterruption(() => resolve());
  });
}

/** How often it is looked whether a tool still runs, in milliseconds. */
const LOOK_MS = 2000;

/** Resolves once a tool does not run any more, as when it was ended from inside. */
async function ended(study: Study, {id}: RunningTool): Promise<void> {
  for (;;) {
    await new Promise<void>((look) => {
      setTimeout(look, LOOK_MS);
    });
    const now = await study.tools.running();
    if (now.ok && now.value.every((tool) => tool.id !== id)) return;
  }
}

async function printRunning(
  {console}: CommandContext,
  study: Study,
): Promise<Result<ExitCode, AppError>> {
  const found = await study.tools.running();
  if (!found.ok) return found;
  for (const tool of found.value) console.json(toolLine(tool));
  const now = new Date();
  const rows = found.value.map(({tool, name, address, image, startedAt}) => [
    ...[TOOL_TITLES[tool], address, image, name],
    `since ${formatWhen(startedAt, now)}`,
  ]);
  for (const line of columns(rows)) console.print(line);
  if (rows.length === 0) console.print('No tool runs on this study.');
  return ok(EXIT.done);
}

async function stopTools(
  {console}: CommandContext,
  study: Study,
  only: ToolName | null,
): Promise<Result<ExitCode, AppError>> {
  const found = await study.tools.running();
  if (!found.ok) return found;
  const chosen = found.value.filter(({tool}) => only === null || tool === only);
  if (chosen.length === 0) return failWith('not-found', 'No such tool runs on this study.');
  for (const tool of chosen) {
    const stopped = await study.tools.stop({id: tool.id});
    if (!stopped.ok) return stopped;
    console.json({...toolLine(tool), stopped: true});
    console.print(`${TOOL_TITLES[tool.tool]} has ended.`);
  }
  return ok(EXIT.done);
}

function toolLine({id, tool, name, image, address, startedAt}: RunningTool): object {
  return {id, tool, name, image, address, startedAt};
}

function toolOf(word: string): Result<ToolName, AppError> {
  return word === 'jupyter' || word === 'rstudio'
    ? ok(word)
    : failWith('invalid-request', `\`${word}\` can’t be launched.`, {
        hint: 'What can be: jupyter and rstudio.',
      });
}

/** How a browser is opened on each system. */
const COMMANDS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  // an ampersand would end the command: our addresses have none
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens an address in the user's browser; false where there is nothing to open it with. */
function openBrowser(address: string): Promise<boolean> {
  const [command = '', ...args] = COMMANDS[process.platform] ?? [
    process.env['BROWSER'] || 'xdg-open',
  ];
  return new Promise((resolve) => {
    const child = spawn(command, [...args, address], {stdio: 'ignore', detached: true});
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    child.once('spawn', () => {
      child.unref();
      // one that stays is the browser itself
      setTimeout(() => resolve(true), STAYS_MS).unref();
    });
  });
}

const STAYS_MS = 1500;
