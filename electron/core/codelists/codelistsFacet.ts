import {join} from 'node:path';
import type {
  CodelistCode,
  CodelistContent,
  CodelistPreview,
  CodelistProblem,
} from '../../../shared/codelist';
import type {codelistRequests} from '../../../shared/contract/codelistRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {appError, failWith, type AppError} from '../../../shared/errors';
import {reach} from '../../../shared/graph';
import type {Problem} from '../../../shared/problem';
import {err, ok} from '../../../shared/result';
import {CODELISTS} from '../../codelists/codelistFile';
import {
  changesBack,
  contentIfThere,
  earlierVersion,
  finishCutOff,
  replaceCodelists,
} from '../../codelists/codelistFolder';
import {
  checkCodelists,
  prepareAdd,
  prepareUpdate,
  write,
  type CodelistWork,
  type Prepared,
} from '../../codelists/codelists';
import {codelistProblems, fromError, type Refusal} from '../../codelists/localCodelists';
import {everyList, listCodelists} from '../../codelists/listCodelists';
import {ListMemory, type NamedFile} from '../../codelists/listMemory';
import {codesOf, readList, recordsOf, type CodeList} from '../../codelists/listText';
import {listWarnings} from '../../codelists/meaning';
import {makeOwnList, originOf} from '../../codelists/ownList';
import {fileSystemError} from '../../files/fileSystemError';
import {fileHistory} from '../../git/fileHistory';
import {readCommitted} from '../../git/readCommitted';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {findCodelistUse} from './codelistUse';

/** The study's codelists, beside its actions. */
export type CodelistsFacet = FacetOf<typeof codelistRequests>;

/** Creates it for a study. */
export function createCodelistsFacet(state: StudyState): CodelistsFacet {
  const {dir, context} = state;
  let prepared: {readonly id: string; readonly update: Prepared} | null = null;
  let previews = 0;
  const memory = new ListMemory(dir);
  // for searching as one types, the lists are looked at again only where a file may have changed
  let changes = 0;
  let seen: {readonly changes: number; readonly lists: readonly NamedFile[]} | null = null;
  const changed = (): void => void (changes += 1);
  state.subscribe(({kind}) => {
    if (kind === 'git-changed') changed();
  });

  const work = (): CodelistWork => {
    const {codelistServer: base, proxy, offline} = context.settings();
    const version = /\d+(?:\.\d+)+/.exec(context.program)?.[0] ?? '0';
    const server = {base, proxy, offline, version, ci: false};
    return {studyDir: dir, server, makesFolder: true};
  };
  const useNow = () => findCodelistUse(dir, state.snapshot().project?.actions ?? []);

  return {
    async list() {
      const base = context.settings().codelistServer;
      const listed = await listCodelists({
        ...{studyDir: dir, base, use: await useNow(), now: context.now(), memory},
      });
      return listed.ok ? listed : err(refusalError(listed.error));
    },
    async names() {
      const found = await everyList(dir);
      return found.ok ? ok(found.value.all.map(({file}) => file)) : err(refusalError(found.error));
    },
    read: ({file, version}) => readContent(dir, file, version),
    commits: async ({file}) => ok(await fileHistory(dir, file)),
    async search({text}) {
      if (seen?.changes !== changes) {
        const before = changes;
        const found = await everyList(dir);
        if (!found.ok) return err(refusalError(found.error));
        const lists = found.value.all;
        for (const list of lists) await memory.read(list);
        seen = {changes: before, lists};
      }
      return ok(memory.search(seen.lists, text));
    },
    make: (list) => makeOwnList({...list, studyDir: dir, now: context.now()}).finally(changed),
    problems: async () => ok(await codelistProblems(dir)),
    check: async () => ok(await checkCodelists({...work(), asksVersions: true})),
    async preview({only, add, version}) {
      prepared = null;
      const found =
        add === null
          ? await prepareUpdate(work(), {deleteUnlisted: false, only, version})
          : await prepareAdd(work(), add);
      if (!found.ok) return err(refusalError(found.error));
      const id = String((previews += 1));
      prepared = {id, update: found.value};
      const {actions} = await useNow();
      const users = found.value.lists
        .filter(({change}) => change !== null)
        .flatMap(({file}) => actions.get(`codelists/${file}`) ?? []);
      const {graph} = state.snapshot();
      const outOfDate = [...reach(users, (user) => graph?.downstream.get(user))];
      return ok(previewOf(id, found.value, outOfDate, context.now()));
    },
    async update({id}) {
      if (prepared?.id !== id)
        return failWith('invalid-request', 'This update is not the latest one that was previewed.');
      const written = await write(prepared.update).finally(changed);
      prepared = null;
      return written.ok ? written : err(refusalError(written.error));
    },
    undo: () => undo(dir).finally(changed),
  };
}

/**
 * Finishes an update that was cut off, then keeps what is wrong with codelists.txt and codelists.json among the problems of a
 * study; gives how to look again. The first look is over by then: what comes after the study is open may come before its answer.
 */
export async function watchCodelists(
  dir: string,
  {noteCodelists}: {noteCodelists: (problems: readonly Problem[]) => Promise<void>},
): Promise<() => Promise<void>> {
  const finished = await finishCutOff(dir);
  const cutOff = finished.ok ? [] : [fromError('S-CODELIST-DISK', finished.error)];
  const look = async (): Promise<void> =>
    noteCodelists(asProblems([...cutOff, ...(await codelistProblems(dir))]));
  await look();
  return look;
}

function asProblems(found: readonly CodelistProblem[]): readonly Problem[] {
  return found.map(({severity, rule, message, hint, file, line, fixes}) => ({
    ...{severity, rule, message, hint, fixes, action: null, source: 'study-desk'},
    ...{line: line ?? 1, column: 1, endLine: line ?? 1, endColumn: 1000},
    why: 'codelists.txt names the lists of the study, and codelists.json what was downloaded of them.',
    place: {file, line},
  }));
}

/** All that a list holds; of other files of the study nothing. */
async function readContent(dir: string, file: string, version: string): Answer<CodelistContent> {
  const name = /^(?:local_)?codelists\/([^/\\]+\.csv)$/.exec(file)?.[1];
  if (name === undefined) return failWith('invalid-request', `${file} is no codelist.`);
  try {
    const earlier = file.startsWith(`${CODELISTS}/`) ? await earlierVersion(dir, name) : null;
    const committed = /^[0-9a-f]{40,}$/.test(version)
      ? await readCommitted(dir, file, version)
      : null;
    if (committed?.ok === false) return committed;
    const content =
      committed !== null
        ? Buffer.from(committed.value.bytes)
        : version === 'earlier'
          ? earlier
          : await contentIfThere(join(dir, file));
    if (content === null) return failWith('not-found', `${file} is not there.`);
    const origin = await contentIfThere(join(dir, originOf(file)));
    const text = content.toString('utf8');
    const list = readList(text, file);
    const placeOf = (column: string | null) => list.columns.indexOf(column ?? '');
    const [, ...rows] = [...recordsOf(text)].map(({fields, line}) => ({line, values: fields}));
    return ok({
      ...{columns: list.columns, codingSystem: list.system, hasEarlier: earlier !== null},
      ...{codeColumn: placeOf(list.codeColumn), termColumn: placeOf(list.termColumn)},
      rows: rows.filter(({values}) => values.some((value) => value !== '')),
      origin: origin?.toString('utf8') ?? null,
    });
  } catch (error) {
    return err(fileSystemError(`${file} can’t be read.`, error));
  }
}

async function undo(dir: string): Answer<readonly string[]> {
  const changes = await changesBack(dir);
  if (changes === null)
    return failWith('invalid-request', 'The last update can’t be undone.', {
      why: 'There was none, or its files have changed since.',
    });
  const done = await replaceCodelists(dir, changes);
  return done.ok ? ok([...changes.keys()]) : done;
}

function previewOf(
  id: string,
  {lists, unlisted, notes}: Prepared,
  outOfDate: readonly string[],
  now: number,
): CodelistPreview {
  return {
    ...{id, unlisted, notes, outOfDate},
    lists: lists.map(({id: list, file, change, before, after}) => {
      const fresh = readList(after.toString('utf8'), list);
      const earlier = before === null ? null : readList(before.toString('utf8'), list);
      const [known, coming] = [everyCode(earlier), everyCode(fresh)];
      const [knownCodes, comingCodes] = [known, coming].map(
        (codes) => new Set(codes.map(({code}) => code)),
      );
      const facts = {version: list.split('/').at(-1) ?? null, downloadedAt: null, earlier, now};
      return {
        ...{id: list, file, change},
        added: coming.filter(({code}) => knownCodes?.has(code) !== true),
        removed: known.filter(({code}) => comingCodes?.has(code) !== true),
        warnings: change === null ? [] : listWarnings(fresh, facts),
      };
    }),
  };
}

function everyCode(list: CodeList | null): readonly CodelistCode[] {
  return [...codesOf(list?.rows ?? [])].map(([code, term]) => ({code, term}));
}

/** Everything that was in the way, as one error. */
function refusalError(refusal: Refusal): AppError {
  const [first, ...others] = refusal;
  const why = others.map(({message}) => message).join(' ');
  return appError('file-system', first?.message ?? 'The codelists can’t be read.', {
    ...(why === '' ? {} : {why}),
    ...(typeof first?.hint === 'string' ? {hint: first.hint} : {}),
  });
}
