import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {bytesOf, type CleanUpDone, type CleanUpPreview, type Leftover} from '../../shared/cleanUp';
import {appError} from '../../shared/errors';
import {err, ok} from '../../shared/result';
import {DEFAULT_RUN_OPTIONS, type RunOptions} from '../../shared/run';
import type {StockItem} from '../engine/executor';
import {PROCESS_LABEL} from '../docker/toolSpec';
import {fileSystemError} from '../files/fileSystemError';
import {parseJson} from '../files/readJson';
import {ProcessIdentity, processState} from '../runs/lockHolder';
import {readOpensafelyIds} from '../runs/opensafelyState';
import type {OtherRunner} from '../runs/otherRunner';
import {prepareStudyFolder} from '../runs/studyFolder';
import {folderBytes} from './folderBytes';
import {engineLeftovers} from './leftovers';
import {readOpenRuns} from './openRuns';
import type {Answer} from './studyContext';
import type {StudyState} from './studyState';

/** What earlier runs of the study have left, here and in its engine. */
export interface CleanUpFacet {
  preview(): Answer<CleanUpPreview>;
  /** Removes of these what is still left over. */
  remove(chosen: readonly Pick<Leftover, 'kind' | 'id'>[]): Answer<CleanUpDone>;
}

/** Where opensafely run puts its jobs' workspaces on Linux, and leaves them when it is interrupted. */
const BIND_FOLDERS = 'metadata/volumes';

interface Found extends CleanUpPreview {
  readonly items: ReadonlyMap<Leftover, StockItem>;
}

/** Creates it for a study. */
export function createCleanUpFacet(
  state: StudyState,
  findOther: (options: RunOptions) => Promise<OtherRunner>,
): CleanUpFacet {
  const {context, dir, folder} = state;

  const find = async (): Answer<Found> => {
    const identity = await prepareStudyFolder(folder);
    if (!identity.ok) return identity;
    const [open, opensafelyJobs, other] = await Promise.all([
      readOpenRuns(state),
      readOpensafelyIds(dir),
      findOther({...DEFAULT_RUN_OPTIONS, executor: 'docker'}),
    ]);
    const opensafelyRuns = other.kind === 'running' || other.kind === 'unknown';
    const stock = await context.executors.stockOf('docker').list();
    const found = stock.ok
      ? engineLeftovers(stock.value, {
          studyId: identity.value,
          goneProcesses: await goneProcesses(stock.value),
          openRuns: new Set(open.map(({run}) => run.id)),
          opensafelyJobs,
          opensafelyRuns,
        })
      : [];
    const folders = opensafelyRuns ? [] : await bindFolders(dir);
    return ok({
      leftovers: [...found.map(({leftover}) => leftover), ...folders],
      items: new Map(found.map(({item, leftover}) => [leftover, item])),
      engineError: stock.ok ? null : stock.error.message,
      leftOut:
        other.kind === 'running'
          ? 'opensafely run is at work in this study, so nothing of its own is touched.'
          : other.kind === 'unknown'
            ? 'Whether opensafely run is at work here can’t be told, so nothing of its own is touched.'
            : null,
    });
  };

  const removeOne = async (leftover: Leftover, item: StockItem | undefined): Answer<null> => {
    if (item !== undefined) {
      const force = item.kind === 'container' && item.inUse;
      return context.executors.stockOf('docker').remove(item, force);
    }
    try {
      await rm(join(dir, leftover.id), {recursive: true, force: true});
      return ok(null);
    } catch (error) {
      return err(fileSystemError(`${leftover.id} could not be removed.`, error));
    }
  };

  return {
    async preview() {
      const found = await find();
      if (!found.ok) return found;
      const {leftovers, engineError, leftOut} = found.value;
      return ok({leftovers, engineError, leftOut});
    },
    async remove(chosen) {
      const before = await find();
      if (!before.ok) return before;
      const wanted = new Set(chosen.map(keyOf));
      const removed: Leftover[] = [];
      const kept: {readonly leftover: Leftover; readonly reason: string}[] = [];
      // containers come first: what they use is free then
      for (const leftover of before.value.leftovers) {
        if (!wanted.has(keyOf(leftover))) continue;
        const done = await removeOne(leftover, before.value.items.get(leftover));
        if (done.ok) removed.push(leftover);
        else kept.push({leftover, reason: done.error.message});
      }
      if (wanted.size > 0 && removed.length + kept.length === 0)
        return err(appError('not-found', 'Nothing of that is left over any more.'));
      const after = await find();
      if (!after.ok) return after;
      return ok({
        ...{removed, kept},
        bytesBefore: bytesOf(before.value.leftovers),
        bytesAfter: bytesOf(after.value.leftovers),
      });
    },
  };
}

/** Of the processes that containers name, those that are surely gone. */
async function goneProcesses(stock: readonly StockItem[]): Promise<ReadonlySet<string>> {
  const named = new Set(stock.flatMap(({labels}) => labels[PROCESS_LABEL] ?? []));
  const gone: string[] = [];
  for (const name of named) {
    const identity = ProcessIdentity.safeParse(parseJson(name));
    if (identity.success && (await processState(identity.data)) === 'dead') gone.push(name);
  }
  return new Set(gone);
}

function keyOf({kind, id}: Pick<Leftover, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

async function bindFolders(dir: string): Promise<readonly Leftover[]> {
  const entries = await readdir(join(dir, BIND_FOLDERS), {withFileTypes: true}).catch(() => []);
  return Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({name}): Promise<Leftover> => {
        const id = `${BIND_FOLDERS}/${name}`;
        return {
          ...{kind: 'folder', id, name: id, bytes: await folderBytes(join(dir, id))},
          why: 'The workspace of a job that opensafely run has left',
        };
      }),
  );
}
