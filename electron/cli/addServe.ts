import {Option, type Command} from 'commander';
import {portNumber} from './arguments';
import type {CommandContext} from './command';
import type {ExitCode} from './exitCodes';

const SETTINGS = `
Who needs this: an institution that runs studies for others on a secure server.
A researcher at a desk does not: the window and "run" do all that is needed there.

Settings, from the environment; a blank one counts as not set:
  HIGH_PRIVACY_STORAGE_BASE, MEDIUM_PRIVACY_STORAGE_BASE  must be there, as folders
  JOB_SERVER_TOKEN                                        must be there for v2
  QUEUE_USER, QUEUE_PASS, BACKEND, JOB_SERVER_ENDPOINT    must be there for v1
  server    BACKEND, JOB_SERVER_ENDPOINT, POLL_INTERVAL, HTTP_TIMEOUT, STATUS_CODES
  database  FULL_DATABASE_URL, SLICE_DATABASE_URL, DUMMY_DATABASE_URL (v1: all three),
            DATABASE_NETWORK, USING_DUMMY_DATA_BACKEND, TEMP_DATABASE_NAME,
            EMIS_ORGANISATION_HASH, PRESTO_TLS_KEY_PATH, PRESTO_TLS_CERT_PATH
  code      ALLOWED_GITHUB_ORGS, PRIVATE_REPO_ACCESS_TOKEN, GITHUB_PROXY_DOMAIN,
            ALLOW_LOCAL_GIT_REPOS
  jobs      MAX_WORKERS, JOB_WEIGHTS_FILE, JOB_LOOP_INTERVAL, JOB_TIMEOUT,
            DEFAULT_JOB_CPU_COUNT, DEFAULT_JOB_MEMORY_LIMIT, FAILED_DEPENDENCIES,
            STATA_LICENSE
  files     WORKDIR, HIGH_PRIVACY_ARCHIVE_DIR, MEDIUM_PRIVACY_LOGS, LOGLEVEL,
            DEBUG_LOG_FILE
What each means, and what holds without it: electron/serve/RULES.md, "Settings".
`;

/** `serve` and its own commands. What an institution's server needs, and nobody else: so it is only read where it is asked for. */
export function addServe(
  program: Command,
  perform: (work: (context: CommandContext) => Promise<ExitCode>) => Promise<void>,
): void {
  const commands = () => import('./commands/serve');
  const serve = program
    .command('serve')
    .description(
      "serve a job server's queue, on an institution's server; settings come from the environment",
    )
    .option('--once', 'poll once, run what came, report how it ended, and exit', false)
    .addOption(
      new Option('--protocol <version>', 'of the job server').choices(['v1', 'v2']).default('v2'),
    )
    .option(
      '--listen <port>',
      'answer /healthz and /metrics on 127.0.0.1; 0 for any port',
      portNumber,
    )
    .addHelpText('after', SETTINGS)
    .action((options: {once: boolean; protocol: 'v1' | 'v2'; listen?: number}) =>
      perform(async (here) =>
        (await commands()).serveCommand(here, {...options, listen: options.listen ?? null}),
      ),
    );
  serve
    .command('status')
    .description('show the state of the runner and its jobs')
    .action(() => perform(async (here) => (await commands()).serveStatusCommand(here)));
  serve
    .command('flag')
    .description('set a flag, or without a value clear it: paused true, mode db-maintenance')
    .argument('<name>')
    .argument('[value]')
    .action((name: string, value: string | undefined) =>
      perform(async (here) => (await commands()).serveFlagCommand(here, name, value ?? null)),
    );
  serve
    .command('log')
    .description('print the log of a job with this text in its reference')
    .argument('<fragment>')
    .action((fragment: string) =>
      perform(async (here) => (await commands()).serveLogCommand(here, fragment)),
    );
  serve
    .command('reset-running')
    .description('queue again the jobs that were running when the computer went down')
    .action(() => perform(async (here) => (await commands()).serveResetCommand(here)));
}
