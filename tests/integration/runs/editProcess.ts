// A process of its own that changes a study in three ways: `editProcess DIR CACHE VERSION`. It prints `<what> done` after
// each; it may be killed on the way, or its calls of the system may fail.
import {createCore} from '../../../electron/core/createCore';
import type {Result} from '../../../shared/result';

async function main([dir = '', cacheDir = '', version = '']: readonly string[]): Promise<void> {
  const core = createCore({cacheDir});
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  const study = opened.value;
  const note = (what: string, {ok}: Result<unknown, unknown>): void =>
    void process.stdout.write(`${what} ${ok ? 'done' : 'refused'}\n`);
  const {text, revision} = study.project.snapshot();
  const line = (text ?? '').indexOf('\n');
  const edits = [{from: 0, to: line, insert: `# ${version}`}];
  note('project', await study.project.apply({revision, edits}));
  note('settings', await study.settings.saveOwn({settings: {concurrency: Number(version)}}));
  const override = {memoryBytes: null, cpus: null, timeoutSeconds: Number(version)};
  note('limits', await study.plan.saveOverride({action: 'a', override}));
  await study.close();
  await core.close();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
