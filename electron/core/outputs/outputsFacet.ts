import type {outputRequests} from '../../../shared/contract/outputRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {ok} from '../../../shared/result';
import type {OutputContent} from '../../../shared/output';
import type {Tier} from '../../../shared/sensitivity';
import type {OutputUse} from '../../../shared/tierPolicy';
import {createOutputCache} from '../../cache/outputCache';
import {readOutput, readOutputText, shownOutput} from '../../outputs/readOutput';
import {linesBefore, readTextPage} from '../../outputs/textPages';
import {clearOutputs, previewClear} from './clearOutputs';
import {createOutputComparisons} from './outputComparisons';
import {datasetHealth} from './datasetHealth';
import {listOutputs} from './outputsListing';
import {createOutputVersions} from './outputVersions';
import {createRowCounts} from './rowCounts';
import type {StudyRuns} from '../runs/runsFacet';
import {expectedTier} from './sensitiveFiles';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** What the study's actions have made. */
export interface OutputsFacet extends FacetOf<typeof outputRequests> {
  read(path: string): Answer<OutputContent>;
  /** Where an output lies, if its tier allows that use. */
  fileOf(path: string, use: OutputUse): Answer<string>;
}

/** Creates it for a study. `close` removes the temporary files it wrote. */
export function createOutputsFacet(
  state: StudyState,
  runs: Pick<StudyRuns, 'whileIdle'>,
  refresh: () => void,
): {readonly facet: OutputsFacet; close(): Promise<void>} {
  const {context, dir, folder, history, snapshot} = state;
  const {tables} = context;
  const rowCounts = createRowCounts(tables);
  const cache = createOutputCache(dir);
  /** As the run that made it had it; of a file that no run is known to have made, as project.yaml has it. */
  const tierOf = (path: string): Tier | null =>
    history.output(path)?.tier ?? expectedTier(snapshot().project, path);
  const versions = createOutputVersions(state, cache, tierOf);
  const onTable = async <T>(path: string, work: (file: string) => Answer<T>): Answer<T> => {
    const file = await shownOutput(dir, path, tierOf(path));
    return file.ok ? work(file.value) : file;
  };
  const facet: OutputsFacet = {
    ...createOutputComparisons(state, versions, cache),
    list: async () => ok(await listOutputs(dir, snapshot().project, history)),
    read: (path) => readOutput(dir, path, tierOf(path)),
    fileOf: (path, use) => shownOutput(dir, path, tierOf(path), use),
    textPage: ({path, page}) =>
      readOutputText(dir, path, tierOf(path), (text) => readTextPage(text, page)),
    linesBefore: ({path, page}) =>
      readOutputText(dir, path, tierOf(path), (text) => linesBefore(text, page)),
    tableSchema: ({path, whole}) =>
      onTable(path, (file) => rowCounts.whenOpened(file, () => tables.schema(file, whole))),
    rowCount: ({path}) => onTable(path, (file) => rowCounts.of(file)),
    tableRows: ({path, from, count, query}) =>
      onTable(path, (file) => tables.rows(file, from, count, query)),
    tableSummary: ({path, column}) => onTable(path, (file) => tables.summary(file, column)),
    findInTable: ({path, query, search}) =>
      onTable(path, (file) => tables.find(file, query, search)),
    tableSql: ({path, sql}) => onTable(path, (file) => tables.sql(file, sql)),
    stopTableSql: ({path}) => onTable(path, (file) => tables.stopSql(file)),
    datasetHealth: ({path}) =>
      onTable(path, (file) =>
        datasetHealth(dir, snapshot().project, path, async () => {
          const schema = await tables.schema(file, true);
          if (!schema.ok) return schema;
          return ok({schema: schema.value, sql: (text) => tables.sql(file, text)});
        }),
      ),
    closeTable: ({path}) => onTable(path, (file) => tables.closeTable(file)),
    previewClear: async () => ok(await previewClear(folder, history)),
    clear: ({paths}) =>
      runs.whileIdle(async () => {
        const left = await clearOutputs(folder, history, paths);
        refresh();
        return left;
      }),
  };
  return {facet, close: () => versions.close()};
}
