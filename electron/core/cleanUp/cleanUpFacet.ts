import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import type {RequestArg} from '../../../shared/contract/contract';
import type {cleanUpRequests} from '../../../shared/contract/cleanUpRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {
  bytesOf,
  type CleanUpPreview,
  type CleanUpDone,
  type Leftover,
} from '../../../shared/cleanUp';
import {failWith} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {DEFAULT_RUN_OPTIONS, type RunOptions} from '../../../shared/run';
import {RUN_LABEL} from '../../docker/containerSpec';
import type {StockItem} from '../../executor/executor';
import {PROCESS_LABEL} from '../../docker/toolSpec';
import {fileSystemError} from '../../files/fileSystemError';
import {parseJson} from '../../files/openFile';
import {ProcessIdentity, processState} from '../../files/processIdentity';
import {readOpensafelyIds} from '../../runs/opensafelyState';
import type {OtherRunner} from '../../runs/otherRunner';
import {prepareStudyFolder} from '../../runs/studyFolder';
import {lockHolder} from '../../runs/studyLock';
import {userSettingsPath} from '../../settings/userSettings';
import {plannedImages} from '../plan/jobDefinitions';
import {type FileFacts, fileLeftovers, keptForGood, OUTPUT_CACHE, removeFiles} from './leftFiles';
import {engineLeftovers} from './leftovers';
import {readUnendedRuns} from '../runs/unendedRuns';
import type {ProvenanceFacet} from '../provenance/provenanceFacet';
import type {Answer} from '../studyContext';
import {FOLLOWED_COPIES} from '../../export/followed';
import type {StudyState} from '../studyState';
import {toolImage} from '../tools/toolImages';

/** What earlier runs of the study have left, here and in its engine. */
export type CleanUpFacet = FacetOf<typeof cleanUpRequests>;

interface Found extends Omit<CleanUpPreview, 'forGood'> {
  readonly items: ReadonlyMap<Leftover, StockItem>;
  readonly files: FileFacts;
}

/** What a clean-up asks of the rest of the study. */
export interface CleanUpPorts {
  readonly findOther: (options: RunOptions) => Promise<OtherRunner>;
  readonly cache: Pick<ProvenanceFacet, 'cacheUsage' | 'clearCache'>;
}

/** The facet of one study. */
export class CleanUpOfStudy implements CleanUpFacet {
  constructor(
    private readonly state: StudyState,
    private readonly ports: CleanUpPorts,
  ) {}

  async preview(): Answer<CleanUpPreview> {
    const found = await this.find();
    if (!found.ok) return found;
    const {leftovers, engineError, leftOut} = found.value;
    const forGood = await keptForGood(this.state.folder, {
      settings: dirname(userSettingsPath(process.platform, process.env, homedir())),
      cache: this.state.context.cacheDir,
    });
    return ok({leftovers, forGood, engineError, leftOut});
  }

  async remove({leftovers: chosen}: RequestArg<'cleanUp:remove'>): Answer<CleanUpDone> {
    const before = await this.find();
    if (!before.ok) return before;
    const wanted = new Set(chosen.map(keyOf));
    const removed: Leftover[] = [];
    const kept: {readonly leftover: Leftover; readonly reason: string}[] = [];
    // containers come first: what they use is free then
    for (const leftover of before.value.leftovers) {
      if (!wanted.has(keyOf(leftover))) continue;
      const done = await this.removeOne(leftover, before.value);
      if (done.ok) removed.push(leftover);
      else kept.push({leftover, reason: done.error.message});
    }
    if (wanted.size > 0 && removed.length + kept.length === 0)
      return failWith('not-found', 'That has already been cleaned up.');
    const after = await this.find();
    if (!after.ok) return after;
    return ok({
      ...{removed, kept},
      bytesBefore: bytesOf(before.value.leftovers),
      bytesAfter: bytesOf(after.value.leftovers),
    });
  }

  private async find(): Answer<Found> {
    const {context, dir, folder} = this.state;
    const {findOther, cache} = this.ports;
    const identity = await prepareStudyFolder(folder);
    if (!identity.ok) return identity;
    const [open, opensafelyJobs, other, images, cached] = await Promise.all([
      readUnendedRuns(this.state),
      // what is not known to be of this study is not touched
      readOpensafelyIds(dir).then((ids) => ids ?? new Set<string>()),
      findOther({...DEFAULT_RUN_OPTIONS, executor: 'docker'}),
      this.neededImages(),
      cache.cacheUsage(),
    ]);
    const opensafelyRuns = other.kind === 'running' || other.kind === 'unknown';
    const stock = await context.executors.stockOf('docker').list();
    const found = stock.ok
      ? engineLeftovers(stock.value, {
          ...{studyId: identity.value, opensafelyJobs, opensafelyRuns, images},
          goneProcesses: await goneProcesses(stock.value),
          unendedRuns: new Set(open.map(({run}) => run.id)),
        })
      : [];
    const files: FileFacts = {
      ...{folder, opensafelyRuns, latestJobs: this.latestJobs()},
      isHeld: open.length > 0 || (await lockHolder(folder.lock)) !== null,
      ...{project: this.state.snapshot().project, now: Date.now()},
      cachedBytes: cached.ok ? cached.value.bytes : 0,
      reusableActions: stock.ok && !jobsRun(stock.value) ? join(context.cacheDir, 'actions') : null,
      followed: join(context.cacheDir, FOLLOWED_COPIES),
    };
    return ok({
      leftovers: [...found.map(({leftover}) => leftover), ...(await fileLeftovers(files))],
      items: new Map(found.map(({item, leftover}) => [leftover, item])),
      files,
      engineError: stock.ok ? null : stock.error.message,
      leftOut: leftOutBeside(other),
    });
  }

  /** Their logs are what is looked at first. */
  private latestJobs(): ReadonlySet<string> {
    const {history} = this.state;
    return new Set(
      history.actions().flatMap((action) => {
        const past = history.past(action);
        return past === null ? [] : [past.last.jobId, past.success?.jobId ?? ''];
      }),
    );
  }

  private async neededImages() {
    const {project, broken} = this.state.snapshot();
    if (project === null || broken) return null;
    const {reusableImageHere} = this.state.context;
    const registry = this.state.context.registry();
    const {images, notYetKnown} = await plannedImages(project.actions, registry, reusableImageHere);
    const tools = (['jupyter', 'rstudio'] as const).map((tool) =>
      toolImage(tool, project.actions, registry),
    );
    // one that is not known may be any
    return notYetKnown.length > 0 ? null : {registry, needed: new Set([...images, ...tools])};
  }

  private async removeOne(leftover: Leftover, {items, files}: Found): Answer<null> {
    const item = items.get(leftover);
    if (item !== undefined) {
      const force = item.kind === 'container' && item.inUse;
      return this.state.context.executors.stockOf('docker').remove(item, force);
    }
    if (leftover.id === OUTPUT_CACHE) {
      const cleared = await this.ports.cache.clearCache();
      return cleared.ok ? ok(null) : cleared;
    }
    try {
      await removeFiles(leftover, files);
      return ok(null);
    } catch (error) {
      return err(fileSystemError(`${leftover.name} could not be removed.`, error));
    }
  }
}

function jobsRun(stock: readonly StockItem[]): boolean {
  return stock.some(({labels, inUse}) => RUN_LABEL in labels && inUse);
}

/** What is not touched beside another runner, in a sentence; null where all may be. */
function leftOutBeside({kind}: OtherRunner): string | null {
  if (kind === 'running')
    return '`opensafely run` is running in this study, so its files are left alone.';
  return kind === 'unknown'
    ? 'Study Desk can’t tell whether `opensafely run` is running here, so its files are left alone.'
    : null;
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
