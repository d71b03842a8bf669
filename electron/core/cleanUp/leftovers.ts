import type {Leftover} from '../../../shared/cleanUp';
import {RUN_LABEL, STUDY_LABEL} from '../../docker/containerSpec';
import {PROCESS_LABEL, TOOL_LABEL} from '../../docker/toolSpec';
import type {StockItem} from '../../executor/executor';

/** What decides whether something in the engine is left over. */
export interface LeftoverFacts {
  readonly studyId: string;
  /** Runs of this study that have no end yet, wherever they are carried out. */
  readonly unendedRuns: ReadonlySet<string>;
  /** Processes that are surely gone, as the labels of containers name them. */
  readonly goneProcesses: ReadonlySet<string>;
  /** Jobs that opensafely run has begun in this study, by their ids. */
  readonly opensafelyJobs: ReadonlySet<string>;
  /** opensafely run is at work here, or that is not known: nothing of its own is left over. */
  readonly opensafelyRuns: boolean;
  /** Where images come from, and those that the study needs; null where project.yaml does not say. */
  readonly images: {readonly registry: string; readonly needed: ReadonlySet<string>} | null;
}

/** Registries that images came from before, which nothing uses any more. */
const FORMER_REGISTRIES = /^(?:docker\.opensafely\.org|ghcr\.io\/opensafely)\//u;

/** How images of OpenSAFELY say whose they are. */
const VENDOR_LABEL = 'org.opencontainers.image.vendor';

/**
 * What of an engine's stock this study and `opensafely` have left. What is in use is not, nor what belongs to a run without
 * an end, to another study, or to nobody known. Pure.
 */
export function engineLeftovers(
  stock: readonly StockItem[],
  facts: LeftoverFacts,
): readonly {readonly item: StockItem; readonly leftover: Leftover}[] {
  return stock.flatMap((item) => {
    const why = leftoverReason(item, facts);
    // an image without a name may still be the one that another study runs in
    const loss = item.kind === 'image' ? LOSS : null;
    const left = why !== null ? {why, loss} : whyNotNeeded(item, facts);
    const {kind, id, name, bytes} = item;
    return left === null ? [] : [{item, leftover: {kind, id, name, bytes, ...left}}];
  });
}

function leftoverReason(item: StockItem, facts: LeftoverFacts): string | null {
  switch (item.kind) {
    case 'container':
      return whyContainer(item, facts);
    case 'volume':
      return isOfJob(item.name, /^os-volume-([\w-]+)$/u, facts) && !item.inUse
        ? 'Workspace of a finished job of opensafely run'
        : null;
    case 'image':
      return whyImage(item);
  }
}

function whyContainer(item: StockItem, facts: LeftoverFacts): string | null {
  const runId = item.labels[RUN_LABEL];
  if (runId !== undefined)
    return item.labels[STUDY_LABEL] === facts.studyId &&
      !facts.unendedRuns.has(runId) &&
      !item.inUse
      ? 'Container of a finished job of this study'
      : null;
  if (item.labels[TOOL_LABEL] !== undefined) return whyTool(item, facts);
  // the helper of a volume runs until it is removed
  if (isOfJob(item.name, /^os-volume-([\w-]+)-manager$/u, facts))
    return 'Keeps the workspace of a finished job of opensafely run';
  return isOfJob(item.name, /^os-job-([\w-]+)$/u, facts) && !item.inUse
    ? 'Container of a finished job of opensafely run'
    : null;
}

function whyTool({labels, inUse}: StockItem, facts: LeftoverFacts): string | null {
  if (labels[STUDY_LABEL] !== facts.studyId) return null;
  if (!inUse) return 'Container of a closed shell or command of this study';
  return facts.goneProcesses.has(labels[PROCESS_LABEL] ?? '')
    ? 'Shell or command of a Study Desk that has ended; nothing can reach it'
    : null;
}

function isOfJob(name: string, pattern: RegExp, facts: LeftoverFacts): boolean {
  const id = pattern.exec(name)?.[1];
  return id !== undefined && !facts.opensafelyRuns && facts.opensafelyJobs.has(id);
}

const LOSS = 'Other studies or programs that need it will have to download it again.';

/** Of a named image that no action of this study runs in, where it comes from; another study may need it, or be making it. */
function whyNotNeeded(
  {kind, name, image, inUse}: StockItem,
  {images}: LeftoverFacts,
): Pick<Leftover, 'why' | 'loss'> | null {
  if (kind !== 'image' || image === null || inUse) return null;
  if (images !== null && images.needed.has(name)) return null;
  if (images !== null && name.startsWith(`${images.registry}/`))
    return {why: 'OpenSAFELY image that this study doesn’t need', loss: LOSS};
  return FORMER_REGISTRIES.test(name)
    ? {why: 'Image from a registry that is no longer used', loss: LOSS}
    : null;
}

function whyImage({image, labels, inUse}: StockItem): string | null {
  if (inUse) return null;
  return image === null && labels[VENDOR_LABEL]?.toLowerCase() === 'opensafely'
    ? 'Older OpenSAFELY image, replaced by a newer one of the same name'
    : null;
}
