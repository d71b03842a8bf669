import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isLong} from '../gateShare';

/** A registry of its own: other tests have stand-ins under the name of the real one. */
export const EHRQL_REGISTRY = 'study-desk-ehrql';
const IMAGE = `${EHRQL_REGISTRY}/ehrql:v1`;
/** Beside the checkout: makes an image of the real ehrQL. */
const BUILD = join(import.meta.dirname, '../../../shared/ehrql/build-image.sh');

function works(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, [...args], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
}

function whyNot(): string | null {
  const noEngine = process.env['STUDY_DESK_NO_ENGINE'] ?? '';
  if (noEngine !== '') return noEngine;
  if (works('docker', 'image', 'inspect', IMAGE)) return null;
  if (!isLong)
    return 'its image is not here, and is made among the long tests alone: that takes minutes';
  if (!existsSync(BUILD)) return 'there is no shared/ehrql beside the checkout to make it from';
  if (process.getuid?.() !== 0 || !works('debootstrap', '--version'))
    return 'making it needs root and debootstrap';
  return null;
}

/** Why the real ehrQL can't be tried here; null where it can. */
export const noEhrql = whyNot();
if (noEhrql !== null) console.warn(`SKIPPED: no test runs the real ehrQL here, as ${noEhrql}.`);

/** Makes the image of the real ehrQL where it is missing: some minutes, once. */
export function ensureEhrqlImage(): void {
  if (!works('docker', 'image', 'inspect', IMAGE))
    execFileSync('bash', [BUILD, IMAGE], {stdio: 'inherit'});
}

/** An ehrQL of another version, with none of the commands that are known. */
export function makeOtherEhrql(): void {
  const script = 'echo "unknown command $1: this ehrQL has load and show" >&2; exit 2';
  const base = 'study-desk-test/busybox:v1';
  const made = execFileSync('docker', ['create', base, 'true']).toString().trim();
  const entry = `ENTRYPOINT ${JSON.stringify(['sh', '-c', script, 'ehrql'])}`;
  execFileSync('docker', ['commit', '--change', entry, made, `${EHRQL_REGISTRY}/ehrql:v9`]);
  execFileSync('docker', ['rm', made]);
}

const labels = (dir: string): readonly string[] => {
  const record = join(dir, 'metadata/study-desk/study.json');
  const {studyId: id} = JSON.parse(readFileSync(record, 'utf8')) as {readonly studyId: string};
  return ['study-desk.tool=ehrql', `study-desk.study=${id}`].flatMap((each) => [
    '--filter',
    `label=${each}`,
  ]);
};

/** Containers of the definitions of a study that run. */
export function definitionsRunning(dir: string): string {
  return execFileSync('docker', ['ps', '--quiet', ...labels(dir)]).toString();
}

/** Those that are left, running or not. */
export function definitionsLeft(dir: string): string {
  return execFileSync('docker', ['ps', '--all', '--quiet', ...labels(dir)]).toString();
}

/** What Python prints in the image of the real ehrQL. */
export function pythonInEhrql(code: string, input: string): string {
  const args = ['run', '--rm', '-i', '--network', 'none', '--entrypoint', 'python3', IMAGE];
  return execFileSync('docker', [...args, '-c', code], {input}).toString();
}
