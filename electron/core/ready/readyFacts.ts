import {join} from 'node:path';
import {constants, gunzipSync} from 'node:zlib';
import {reach} from '../../../shared/graph';
import type {Action} from '../../../shared/project';
import {isScript} from '../../../shared/script';
import type {StudySnapshot} from '../../../shared/study';
import {problemsHere} from '../../codelists/localCodelists';
import {createFindMatching} from '../../files/findMatching';
import {readBeginning, readStream} from '../../files/openFile';
import {lookAtRepository, type RepositoryLook} from '../../git/repositoryLook';
import {checkModerate} from '../../outputs/checkModerate';
import {codeFiles} from '../../provenance/codeFiles';
import {readableText} from '../../provenance/codeTexts';
import {CodeMatcher} from '../../provenance/scan/codeMatcher';
import {scanScripts} from '../../provenance/scan/scanScripts';
import {sureReads, type ScriptReads} from '../../provenance/scan/sureReads';
import {wordsOf} from '../../provenance/scanMemory';
import type {ReadyAction, ReadyFacts, ScriptText} from '../../ready/facts';
import {RUNTIME_NAMES} from '../../study/knownImages';
import {scriptText} from './scriptTexts';

/** Bytes of a table's beginning in which the names of its columns lie. */
const HEADER_BYTES = 65_536;
const TABLE = /\.(?:csv|tsv|txt|csv\.gz|tsv\.gz|arrow|feather|parquet|dta)$/i;
const PATIENTS = /\bpatient_id\b/;

/**
 * Reads what the rules look at: the study's files as they are, and what git knows of them. `names` are the actions that are to
 * be ready; null for all. Nothing is written. Rejects where the repository can't be read.
 */
export async function readReadyFacts(
  snapshot: StudySnapshot,
  names: readonly string[] | null,
): Promise<ReadyFacts> {
  const {dir, reading, project, graph, scripts} = snapshot;
  const actions = project?.actions ?? [];
  const needed =
    names === null || graph === null ? null : reach(names, (name) => graph.upstream.get(name));
  const chosen = actions.filter(({name}) => needed === null || needed.has(name));
  const patterns = actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const code = codeFiles(dir, patterns).paths.filter((path) => !path.startsWith('.git/'));
  const repository = await lookAtRepository({kind: 'all', studyDir: dir, paths: code});
  const committed = repository?.files ?? [];
  return {
    reading,
    project,
    repository,
    actions: readyActions(dir, chosen, code, scripts),
    whole: needed === null,
    codeFiles: new Set(code),
    codelists: await problemsHere(dir, {lists: true}),
    patientFiles: await patientFilesOf(dir, committed),
    cohortImports: cohortImportsOf(dir, repository, code),
    keptBack: await keptBackOf(dir, chosen),
  };
}

function readyActions(
  dir: string,
  actions: readonly Action[],
  code: readonly string[],
  mainScripts: ReadonlyMap<string, string>,
): readonly ReadyAction[] {
  const texts = new Map<string, string | null>();
  const readText = (path: string): string | null => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const read = readableText(join(dir, path));
    texts.set(path, read);
    return read;
  };
  const taken = new Map<string, ScriptText>();
  const scriptAt = (path: string): readonly ScriptText[] => {
    const known = taken.get(path);
    if (known !== undefined) return [known];
    const text = readText(path);
    if (text === null) return [];
    const script = scriptText(path, text.replace(/\r\n/g, '\n'));
    taken.set(path, script);
    return [script];
  };
  const matcher = new CodeMatcher(code);
  const sure: ScriptReads = new Map();
  return actions.map((action): ReadyAction => {
    // the code of a reusable action is not the study's
    if (!RUNTIME_NAMES.has(action.run.imageName))
      return {action, script: null, scripts: [], uses: [], certain: false, reads: []};
    const words = wordsOf(action);
    const {paths, certain} = scanScripts(words, code, readText);
    const main = mainScripts.get(action.name);
    const used = new Set([...(main === undefined ? [] : [main]), ...paths]);
    return {
      action,
      script: main === undefined ? null : (scriptAt(main)[0] ?? null),
      scripts: [...used].filter(isScript).flatMap(scriptAt),
      uses: [...used],
      certain,
      reads: sureReads(words, {matcher, readText}, sure),
    };
  });
}

async function patientFilesOf(
  dir: string,
  files: RepositoryLook['files'],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const {path, kind} of files) {
    if (kind !== 'file' || !TABLE.test(path)) continue;
    const read = await readBeginning(join(dir, path), HEADER_BYTES).catch(() => null);
    if (read !== null && PATIENTS.test(headerOf(path, read.bytes))) found.push(path);
  }
  return found;
}

function headerOf(path: string, bytes: Buffer): string {
  if (!/\.(?:csv|tsv|txt)(?:\.gz)?$/i.test(path)) return bytes.toString('latin1');
  const plain = path.toLowerCase().endsWith('.gz') ? unpacked(bytes) : bytes;
  return plain.toString('latin1').split('\n', 1)[0] ?? '';
}

/** As much of the beginning as can be unpacked. */
function unpacked(bytes: Buffer): Buffer {
  try {
    // what ends early is taken as far as it goes
    return gunzipSync(bytes, {finishFlush: constants.Z_SYNC_FLUSH});
  } catch {
    return Buffer.alloc(0);
  }
}

function cohortImportsOf(
  dir: string,
  repository: RepositoryLook | null,
  code: readonly string[],
): ReadyFacts['cohortImports'] {
  const paths = repository?.files.map(({path}) => path) ?? code;
  return paths
    .filter((path) => path.endsWith('.py'))
    .flatMap((path) => {
      const lines = readableText(join(dir, path))?.split('\n') ?? [];
      const at = lines.findIndex((line) =>
        /^\s*(?:from\s+cohortextractor\b|import\s+cohortextractor\b)/.test(line),
      );
      return at < 0 ? [] : [{path, line: at + 1}];
    });
}

async function keptBackOf(
  dir: string,
  actions: readonly Action[],
): Promise<ReadyFacts['keptBack']> {
  const find = createFindMatching(dir);
  const found: {readonly path: string; readonly action: string; readonly reason: string}[] = [];
  for (const {name, outputs} of actions)
    for (const {tier, pattern} of outputs)
      for (const path of tier === 'moderately_sensitive' ? await find(pattern) : []) {
        const file = join(dir, path);
        const read = await readBeginning(file, 0).catch(() => null);
        if (read === null) continue;
        const reason = await checkModerate({path, size: read.size}, () => readStream(file));
        if (reason !== null) found.push({path, action: name, reason});
      }
  return found;
}
