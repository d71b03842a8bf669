// A process of its own that runs a study's actions and is killed on the way: `killedCore DIR CACHE ACTION…`.
import {createCore} from '../../../electron/core/createCore';
import {requestFor, USUAL} from './runToEnd';

async function main([dir = '', cacheDir = '', ...actions]: readonly string[]): Promise<void> {
  const core = createCore({cacheDir});
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  const study = opened.value;
  study.subscribe((event) => {
    if (event.kind !== 'run-event' || event.event.event === 'log') return;
    const {event: said} = event;
    process.stdout.write(
      `${said.event}${said.event === 'job' ? ` ${said.job.action} ${said.job.statusCode}` : ''}\n`,
    );
  });
  const started = await study.startRun(requestFor({actions}), USUAL);
  if (!started.ok) throw new Error(`${started.error.message} ${started.error.why ?? ''}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
