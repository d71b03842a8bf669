import type {CodelistCode, CodelistPreview, CodelistProblem} from '../../../shared/codelist';
import type {codelistRequests} from '../../../shared/contract/codelistRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {appError, failWith, type AppError} from '../../../shared/errors';
import {beyond} from '../../../shared/graph';
import type {Problem} from '../../../shared/problem';
import {err, ok} from '../../../shared/result';
import {changesBack, finishCutOff, replaceCodelists} from '../../codelists/codelistFolder';
import {
  checkCodelists,
  codelistProblems,
  fromError,
  prepareAdd,
  prepareUpdate,
  write,
  type CodelistWork,
  type Prepared,
  type Refusal,
} from '../../codelists/codelists';
import {listCodelists} from '../../codelists/listCodelists';
import {readList, type CodeList} from '../../codelists/listText';
import {listWarnings} from '../../codelists/meaning';
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

  const work = (): CodelistWork => {
    const {codelistServer: base, proxy, offline} = context.settings();
    const version = /\d+(?:\.\d+)+/.exec(context.program)?.[0] ?? '0';
    return {studyDir: dir, server: {base, proxy, offline, version, ci: false}};
  };
  const useNow = () => findCodelistUse(dir, state.snapshot().project?.actions ?? []);

  return {
    async list() {
      const base = context.settings().codelistServer;
      const listed = await listCodelists({
        ...{studyDir: dir, base, use: await useNow(), now: context.now()},
      });
      return listed.ok ? listed : err(refusalError(listed.error));
    },
    problems: async () => ok(await codelistProblems(dir)),
    check: async () => ok(await checkCodelists(work())),
    async preview({only, add}) {
      prepared = null;
      const found =
        add === null
          ? await prepareUpdate(work(), {deleteUnlisted: false, only})
          : await prepareAdd(work(), add);
      if (!found.ok) return err(refusalError(found.error));
      const id = String((previews += 1));
      prepared = {id, update: found.value};
      const {actions} = await useNow();
      const users = found.value.lists
        .filter(({change}) => change !== null)
        .flatMap(({file}) => actions.get(`codelists/${file}`) ?? []);
      return ok(previewOf(id, found.value, withDependants(state, users), context.now()));
    },
    async update({id}) {
      if (prepared?.id !== id)
        return failWith('invalid-request', 'This update is not the latest one that was previewed.');
      const written = await write(prepared.update);
      prepared = null;
      return written.ok ? written : err(refusalError(written.error));
    },
    undo: () => undo(dir),
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

async function undo(dir: string): Answer<readonly string[]> {
  const changes = await changesBack(dir);
  if (changes === null)
    return failWith('invalid-request', 'The last update can’t be undone.', {
      why: 'There was none, or its files have changed since.',
    });
  const done = await replaceCodelists(dir, changes);
  return done.ok ? ok([...changes.keys()]) : done;
}

/** Actions with those that need them. */
function withDependants(state: StudyState, users: readonly string[]): readonly string[] {
  const {graph} = state.snapshot();
  const all = new Set(users);
  if (graph !== null)
    for (const user of users) for (const each of beyond(graph, user, 'downstream')) all.add(each);
  return [...all];
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
      const [known, coming] = [codesOf(earlier), codesOf(fresh)];
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

function codesOf(list: CodeList | null): readonly CodelistCode[] {
  const codes = new Map((list?.rows ?? []).map(({code, term}) => [code, term]));
  codes.delete('');
  return [...codes].map(([code, term]) => ({code, term}));
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
