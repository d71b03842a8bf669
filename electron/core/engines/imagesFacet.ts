import {access} from 'node:fs/promises';
import type {imageRequests} from '../../../shared/contract/imageRequests';
import type {FacetOf} from '../../../shared/contract/request';
import type {ImageUpdate, PullProgress} from '../../../shared/engine';
import {failWith} from '../../../shared/errors';
import type {ImagePull} from '../../../shared/images';
import {err, ok} from '../../../shared/result';
import type {ByteStream, ImageStore} from '../../executor/executor';
import {fileSystemError} from '../../files/fileSystemError';
import {readStream} from '../../files/openFile';
import {plannedImages} from '../plan/jobDefinitions';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** The images that a study needs, in the engine that it uses. */
export interface ImagesFacet extends FacetOf<typeof imageRequests> {
  /** Full names of all images here that come from where the study's do. */
  local(): Answer<readonly string[]>;
  /** Downloads one; resolves at its end, and events say how far it is. One that is under way is not begun again. */
  pull(image: string): Answer<null>;
  /** Makes sure that one is here: one that is missing is downloaded, unless the user works offline. */
  fetch(image: string): Answer<null>;
  /** The images as a tar. */
  save(images: readonly string[]): Answer<ByteStream>;
  /** Takes in the tar at an absolute path; answers what was in it. */
  load(file: string): Answer<readonly string[]>;
  /** Stops what is downloaded. */
  close(): void;
}

/** Progress is reported at most this often, in milliseconds. */
const REPORT_MS = 200;

/** Creates it for a study. */
export function createImagesFacet(state: StudyState): ImagesFacet {
  const {context} = state;
  const store = (): ImageStore => context.executors.imagesOf('docker');
  const pulls = new Map<string, ImagePull>();
  const underWay = new Map<string, {readonly stop: AbortController; readonly end: Answer<null>}>();
  const closing = new AbortController();

  const report = (pull: ImagePull): void => {
    pulls.set(pull.image, pull);
    state.emit({kind: 'pulls-changed', pulls: [...pulls.values()]});
  };

  const pullNow = async (image: string, stop: AbortController): Answer<null> => {
    let progress: PullProgress = {
      ...{image, downloadedBytes: 0, totalBytes: null, phase: 'resolving'},
    };
    report({image, progress, state: 'under-way', error: null});
    let reportedAt = 0;
    const onProgress = (next: PullProgress): void => {
      progress = next;
      const now = performance.now();
      if (now - reportedAt < REPORT_MS) return;
      reportedAt = now;
      report({image, progress, state: 'under-way', error: null});
    };
    const done = await store().pull(image, onProgress, stop.signal);
    const failed = done.ok ? null : done.error;
    const ended = failed === null ? 'done' : failed.kind === 'cancelled' ? 'stopped' : 'failed';
    report({image, progress, state: ended, error: ended === 'failed' ? failed : null});
    return done;
  };

  const pull = (image: string): Answer<null> => {
    const current = underWay.get(image);
    if (current !== undefined) return current.end;
    const stop = new AbortController();
    const end = pullNow(image, stop).finally(() => underWay.delete(image));
    underWay.set(image, {stop, end});
    return end;
  };

  return {
    async list() {
      const actions = state.snapshot().project?.actions ?? [];
      const {reusableImageHere} = context;
      const registry = context.registry();
      const needed = await plannedImages(actions, registry, reusableImageHere);
      const found = await store().details(needed.images, closing.signal);
      if (!found.ok) return found;
      const status = context.executors.status('docker');
      const architecture = status.state === 'ready' ? status.platform.replace(/^.*\//u, '') : null;
      const images = found.value.map((details) => ({
        ...details,
        neededBy: needed.neededBy.get(details.image) ?? [],
        emulated: architecture !== null && architecture !== (details.architecture ?? 'amd64'),
      }));
      return ok({
        images: images.sort((one, other) => Number(one.present) - Number(other.present)),
        notYetKnown: needed.notYetKnown,
        registry,
      });
    },
    local: () => store().local(`${context.registry()}/`, closing.signal),
    async newest({images}) {
      const found: ImageUpdate[] = [];
      for (const image of images) {
        const update = await store().newest(image, closing.signal);
        if (!update.ok) return update;
        found.push(update.value);
      }
      return ok(found);
    },
    pull,
    async fetch(image) {
      const details = await store().details([image], closing.signal);
      if (!details.ok) return details;
      if (details.value.every(({present}) => present)) return ok(null);
      if (context.settings().offline)
        return failWith('image-missing', `${image} is not on this computer.`, {
          hint: 'You work offline: load it from a file, or go online.',
        });
      const pulled = await pull(image);
      return pulled.ok
        ? pulled
        : err({...pulled.error, message: `${image}: ${pulled.error.message}`});
    },
    stopPull: ({image}) => underWay.get(image)?.stop.abort(),
    pulls: () => [...pulls.values()],
    async save(images) {
      if (images.length === 0) return failWith('image-missing', 'There are no images to save.');
      return store().save(images, closing.signal);
    },
    async load(file) {
      try {
        await access(file);
      } catch (error) {
        return err(fileSystemError('The file with images could not be read.', error));
      }
      return store().load(readStream(file), closing.signal);
    },
    close() {
      closing.abort();
      for (const {stop} of underWay.values()) stop.abort();
    },
  };
}
