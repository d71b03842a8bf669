import {ok} from '../../shared/result';
import type {OutputContent, OutputsListing} from '../../shared/output';
import type {ClearPreview} from '../../shared/preview';
import {readOutput} from '../outputs/readOutput';
import {clearOutputs, previewClear} from './clearOutputs';
import {listOutputs} from './outputsListing';
import type {Answer} from './studyContext';
import type {StudyState} from './studyState';

/** What the study's actions have made. */
export interface OutputsFacet {
  list(): Answer<OutputsListing>;
  read(path: string): Answer<OutputContent>;
  previewClear(): Answer<ClearPreview>;
  clear(paths: readonly string[]): Answer<ClearPreview>;
}

/** Creates it for a study; `whileIdle` refuses what can't be done during a run. */
export function createOutputsFacet(
  {dir, folder, history, snapshot}: StudyState,
  whileIdle: <T>(work: () => Answer<T>) => Answer<T>,
  refresh: () => void,
): OutputsFacet {
  return {
    list: async () => ok(await listOutputs(dir, snapshot().project, history)),
    read: (path) => readOutput(dir, path, history.output(path)?.tier ?? null),
    previewClear: async () => ok(await previewClear(folder, history)),
    clear: (paths) =>
      whileIdle(async () => {
        const left = await clearOutputs(folder, history, paths);
        refresh();
        return left;
      }),
  };
}
