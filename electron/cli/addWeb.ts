import type {Command} from 'commander';
import {portNumber} from './arguments';
import type {WebCommandOptions} from './commands/web';
import type {Perform} from './engineCommands';

/** `web`. What serves is only read where it is asked for. */
export function addWeb(program: Command, perform: Perform): void {
  program
    .command('web')
    .description('the window in a browser: for Codespaces, and servers without a display')
    .option('--dir <dir>', 'the study folder, as --project-dir')
    .option('--port <n>', 'port of this computer; 0, a free one, by default', portNumber)
    .option('--socket <path>', 'a Unix socket for you alone, in place of a port')
    .option(
      '--host <address>',
      'the address to serve; 127.0.0.1, for this computer alone, by default',
    )
    .option('--root <dir>', 'open studies at and below this folder; the study folder by default')
    .option('--base-path <path>', 'serve below this path, such as /x/')
    .option(
      '--trusted-origin <origin>',
      'an origin besides that browsers may come from',
      collect,
      [],
    )
    .option('--allow-frame <origin>', 'the origin that may show the page in a frame')
    .option('--tls-cert <file>', 'serve over TLS with this certificate')
    .option('--tls-key <file>', 'its key')
    .option('--behind-proxy', 'a proxy hands requests on; needs --trusted-origin', false)
    .option('--no-open', 'open no browser')
    .action((options: WebCommandOptions & {dir?: string}) => {
      if (options.dir !== undefined) program.setOptionValue('projectDir', options.dir);
      return perform(async (here) => (await import('./commands/web')).webCommand(here, options));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
