// A process of its own that runs a study's actions: `coreProcess DIR CACHE ACTION…`. It prints each event, and at
// its end a line `result {jobs, maxMegabytes}`; it may be killed on the way.
import {createCore} from '../../../electron/core/createCore';
import {requestFor, startRun, USUAL} from './runToEnd';

async function main([dir = '', cacheDir = '', ...actions]: readonly string[]): Promise<void> {
  const core = createCore({cacheDir});
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  const study = opened.value;
  study.subscribe((event) => {
    if (event.kind !== 'run-event' || event.event.event === 'log') return;
    const {event: said} = event;
    const job = said.event === 'job' ? ` ${said.job.action} ${said.job.statusCode}` : '';
    process.stdout.write(`${said.event}${job}\n`);
    if (said.event !== 'finished') return;
    const maxMegabytes = process.resourceUsage().maxRSS / 1000;
    const jobs = said.jobs.map((each) => ({
      action: each.action,
      statusCode: each.statusCode,
      message: each.message,
      jobId: each.id,
      outputs: each.outputs.length,
    }));
    process.stdout.write(`result ${JSON.stringify({maxMegabytes, jobs})}\n`);
    void study.close().then(() => core.close());
  });
  const started = await startRun(study, requestFor({actions}), USUAL);
  if (!started.ok) throw new Error(`${started.error.message} ${started.error.why ?? ''}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
