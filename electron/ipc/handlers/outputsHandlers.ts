import type {outputRequests} from '../../../shared/contract/outputRequests';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Outputs by tier, their content, and clearing those no longer produced. */
export function outputsHandlers(context: HandlerContext): Handlers<keyof typeof outputRequests> {
  return {
    'outputs:list': (windowId) => withStudy(context, windowId, ({outputs}) => outputs.list()),
    'outputs:read': (windowId, {path}) =>
      withStudy(context, windowId, async ({dir, outputs}) => {
        const content = await outputs.read(path);
        if (!content.ok || content.value.kind !== 'html') return content;
        return ok({...content.value, url: context.desktop.outputAddress(dir, path, false)});
      }),
    'outputs:page-with-scripts': (windowId, {path}) =>
      withStudy(context, windowId, async ({dir, outputs}) => {
        const file = await outputs.fileOf(path, 'show');
        return file.ok ? ok(context.desktop.outputAddress(dir, path, true)) : file;
      }),
    'outputs:open-with': (windowId, {path}) =>
      withStudy(context, windowId, async ({outputs}) => {
        const file = await outputs.fileOf(path, 'show');
        return file.ok ? context.desktop.openWithProgram(file.value) : file;
      }),
    'outputs:drag': (windowId, {path, picture}) =>
      withStudy(context, windowId, async ({outputs}) => {
        const file = await outputs.fileOf(path, 'drag');
        return file.ok ? context.desktop.dragFile(windowId, file.value, picture) : file;
      }),
    'outputs:text-page': (windowId, {path, page}) =>
      withStudy(context, windowId, ({outputs}) => outputs.textPage(path, page)),
    'outputs:lines-before': (windowId, {path, page}) =>
      withStudy(context, windowId, ({outputs}) => outputs.linesBefore(path, page)),
    'outputs:table-schema': (windowId, {path, whole}) =>
      withStudy(context, windowId, ({outputs}) => outputs.tableSchema(path, whole)),
    'outputs:row-count': (windowId, {path}) =>
      withStudy(context, windowId, ({outputs}) => outputs.rowCount(path)),
    'outputs:table-rows': (windowId, {path, from, count, query}) =>
      withStudy(context, windowId, ({outputs}) => outputs.tableRows(path, from, count, query)),
    'outputs:table-summary': (windowId, {path, column}) =>
      withStudy(context, windowId, ({outputs}) => outputs.tableSummary(path, column)),
    'outputs:table-find': (windowId, {path, query, search}) =>
      withStudy(context, windowId, ({outputs}) => outputs.findInTable(path, query, search)),
    'outputs:table-sql': (windowId, {path, sql}) =>
      withStudy(context, windowId, ({outputs}) => outputs.tableSql(path, sql)),
    'outputs:table-stop-sql': (windowId, {path}) =>
      withStudy(context, windowId, ({outputs}) => outputs.stopTableSql(path)),
    'outputs:dataset-health': (windowId, {path}) =>
      withStudy(context, windowId, ({outputs}) => outputs.datasetHealth(path)),
    'outputs:table-close': (windowId, {path}) =>
      withStudy(context, windowId, ({outputs}) => outputs.closeTable(path)),
    'outputs:versions': (windowId, {path}) =>
      withStudy(context, windowId, ({outputs}) => outputs.versions(path)),
    'outputs:read-version': (windowId, {path, version}) =>
      withStudy(context, windowId, ({outputs}) => outputs.readVersion(path, version)),
    'outputs:compare': (windowId, pair) =>
      withStudy(context, windowId, ({outputs}) => outputs.compare(pair)),
    'outputs:compared-rows': (windowId, {from, count, onlyChanged, ...pair}) =>
      withStudy(context, windowId, ({outputs}) =>
        outputs.comparedRows(pair, {from, count, onlyChanged}),
      ),
    'outputs:comparing': (windowId, {stop}) =>
      withStudy(context, windowId, ({outputs}) => outputs.comparing(stop)),
    'outputs:run-changes': (windowId, {runId}) =>
      withStudy(context, windowId, ({outputs}) => outputs.runChanges(runId)),
    'outputs:preview-clear': (windowId) =>
      withStudy(context, windowId, ({outputs}) => outputs.previewClear()),
    'outputs:clear': (windowId, {paths}) =>
      withStudy(context, windowId, ({outputs}) => outputs.clear(paths)),
  };
}
