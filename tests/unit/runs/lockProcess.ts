// A process that takes a study's lock and holds it: `lockProcess LOCK STUDY BEAT_MS`. It says `held` once it has it, and `lost: WHY`
// once it has it no more.
import {takeStudyLock} from '../../../electron/runs/studyLock';

async function main([lock = '', study = '', beatMs = '']: readonly string[]): Promise<void> {
  const taken = await takeStudyLock(lock, {
    study,
    takenAt: new Date().toISOString(),
    beatMs: Number(beatMs),
  });
  process.stdout.write(taken.ok ? 'held\n' : `${taken.error.message}\n`);
  if (taken.ok) taken.value.onLost(({error}) => process.stdout.write(`lost: ${error.message}\n`));
  // held until it is ended
  setInterval(() => undefined, 60_000);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
