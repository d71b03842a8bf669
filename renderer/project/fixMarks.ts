import {forEachDiagnostic, setDiagnosticsEffect, type Diagnostic} from '@codemirror/lint';
import {RangeSet, StateField, type Extension, type Range} from '@codemirror/state';
import {gutter, GutterMarker, type EditorView} from '@codemirror/view';

/** A fix of a problem on a line of the editor. */
export interface LineFix {
  readonly title: string;
  readonly make: () => void;
}

class LightBulb extends GutterMarker {
  override toDOM(): Node {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    const attributes = {viewBox: '0 0 24 24', width: '14', height: '14', fill: 'none'};
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    path.setAttribute('d', 'M9 18h6M10 22h4M9 15c0-2-3-3-3-7a6 6 0 0 1 12 0c0 4-3 5-3 7z');
    path.setAttribute('stroke', 'currentColor');
    path.setAttribute('stroke-width', '2');
    svg.append(path);
    return svg;
  }
}

const LIGHT_BULB = new LightBulb();

/** A light bulb at each line with a problem that can be fixed. */
const bulbs = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(before, transaction) {
    const found = transaction.effects.find((effect) => effect.is(setDiagnosticsEffect));
    if (found === undefined) return before.map(transaction.changes);
    const diagnostics: readonly Diagnostic[] = found.value;
    const lines = new Map<number, Range<GutterMarker>>();
    for (const {from, actions = []} of diagnostics) {
      const line = transaction.state.doc.lineAt(from).from;
      if (actions.length > 0) lines.set(line, LIGHT_BULB.range(line));
    }
    return RangeSet.of([...lines.values()], true);
  },
});

/** The column of light bulbs; `offer` gets the line (from 1) of the one that is pressed. */
export function fixMarks(offer: (line: number) => void): Extension {
  return [
    bulbs,
    gutter({
      class: 'cm-fixes',
      markers: (view) => view.state.field(bulbs),
      initialSpacer: () => LIGHT_BULB,
      domEventHandlers: {
        mousedown(view, {from}) {
          offer(view.state.doc.lineAt(from).number);
          return true;
        },
      },
    }),
  ];
}

/** The fixes that there are for the problems of a line (from 1). */
export function fixesAt(view: EditorView, line: number): readonly LineFix[] {
  const fixes: LineFix[] = [];
  forEachDiagnostic(view.state, (diagnostic, from, to) => {
    if (view.state.doc.lineAt(from).number !== line) return;
    for (const {name, apply} of diagnostic.actions ?? [])
      fixes.push({title: name, make: () => apply(view, from, to)});
  });
  return fixes;
}
