import {appError, type AppError} from '../../shared/errors';
import {formatDuration} from '../../shared/format';
import {err, ok, type Result} from '../../shared/result';
import type {ActionStatus} from '../../shared/status';
import {ask} from '../state/ask';
import type {Desk} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {peakMemory, shortReason} from '../status/stateWords';
import {graphDot, graphMermaid, graphSvg, type PictureInput, type TextInput} from './exportGraph';
import type {FoldNode} from '../groups/fold';
import {leadingState, stripOf, summaryOf} from '../status/stateStrip';
import {sumOf} from './groupSum';
import {readPalette} from './palette';
import type {GraphModel} from './useGraphModel';

/** The largest side of a PNG, in pixels; larger graphs come out at a smaller scale. */
const PNG_SIDE = 8000;

/** Saves the graph as it is shown now, where the user chooses. */
export async function saveGraph(desk: Desk, model: GraphModel, format: string): Promise<void> {
  const {study, statuses} = desk.store.getState();
  const name = study?.name ?? 'study';
  const stateOf = (action: string) => stateOfAction(statuses, action);
  const text: TextInput = {
    name,
    graph: model.graph,
    shown: model.shown,
    unfolded: model.unfolded,
    stateOf,
  };
  const strip = (node: FoldNode) => stripOf(node.members, statuses);
  const picture: PictureInput = {
    shown: model.shown,
    places: model.places,
    unfolded: model.unfolded,
    stateOf,
    names: model.names,
    wordsOf: (node) => wordsOf(node, statuses),
    outputsOf: (node) => sumOf(node.members, statuses).outputs,
    leadingOf: (node) => leadingState(strip(node)),
    palette: readPalette(),
  };
  const save = (extension: string, content: string | Uint8Array) =>
    ask(desk, 'app:export', {suggestedName: `${name}-graph.${extension}`, content});
  if (format === 'dot') await save('dot', graphDot(text));
  else if (format === 'mermaid') await save('mmd', graphMermaid(text));
  else if (format === 'svg') await save('svg', graphSvg(picture));
  else {
    const drawn = await pngOf(graphSvg(picture));
    if (drawn.ok) await save('png', drawn.value);
    else desk.store.setState({error: drawn.error});
  }
}

/** The words on a node, the first those that matter most. */
function wordsOf(node: FoldNode, statuses: ReadonlyMap<string, ActionStatus>): readonly string[] {
  if (node.kind === 'group') {
    const {seconds} = sumOf(node.members, statuses);
    const summary = summaryOf(stripOf(node.members, statuses));
    return seconds > 0 ? [summary, formatDuration(seconds)] : [summary];
  }
  const status = statuses.get(node.members[0] ?? '');
  const memory = peakMemory(status);
  const reason = shortReason(status, new Date());
  return memory === null ? [reason] : [reason, memory];
}

/** Draws an SVG into a PNG, twice as large as on screen where that is not too much. */
async function pngOf(svg: string): Promise<Result<Uint8Array, AppError>> {
  const url = URL.createObjectURL(new Blob([svg], {type: 'image/svg+xml'}));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(2, PNG_SIDE / image.naturalWidth, PNG_SIDE / image.naturalHeight);
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    return blob === null ? err(tooLarge()) : ok(new Uint8Array(await blob.arrayBuffer()));
  } catch (fault) {
    return err(tooLarge(fault instanceof Error ? fault.message : String(fault)));
  } finally {
    URL.revokeObjectURL(url);
  }
}

function tooLarge(detail = ''): AppError {
  return appError('bug', 'The graph could not be drawn into a PNG picture.', {
    why: 'It may be too large for one.',
    hint: 'Save it as SVG, which has no largest size, or fold some groups first.',
    ...(detail === '' ? {} : {detail}),
  });
}
