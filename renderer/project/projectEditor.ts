import {yaml} from '@codemirror/lang-yaml';
import {HighlightStyle, syntaxHighlighting} from '@codemirror/language';
import {lintGutter, setDiagnostics, type Diagnostic} from '@codemirror/lint';
import {highlightSelectionMatches, search, searchKeymap} from '@codemirror/search';
import {EditorState, type Extension, type Text} from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import {tags} from '@lezer/highlight';
import type {Problem, QuickFix} from '../../shared/problem';

const theme = EditorView.theme({
  '&': {height: '100%', backgroundColor: 'var(--panel)', color: 'var(--ink)'},
  '.cm-scroller': {fontFamily: 'var(--mono)', fontSize: '12px', lineHeight: '18px'},
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--faint)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {backgroundColor: 'var(--accent-soft)'},
  '&.cm-focused': {outline: '2px solid var(--accent)', outlineOffset: '-2px'},
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--panel)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
  },
  // The editor's own marks are pictures in data addresses, which the page's policy refuses.
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--fail)',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--stale)',
  },
  '.cm-lint-marker': {width: '10px', height: '10px', margin: '4px 2px'},
  '.cm-lint-marker-error': {content: '""', borderRadius: '50%', backgroundColor: 'var(--fail)'},
  '.cm-lint-marker-warning': {
    content: '""',
    backgroundColor: 'var(--stale)',
    clipPath: 'polygon(50% 0, 100% 100%, 0 100%)',
  },
  '.cm-diagnostic': {maxWidth: '480px', padding: '8px 12px'},
  '.cm-diagnostic-error': {borderLeftColor: 'var(--fail)'},
  '.cm-diagnostic-warning': {borderLeftColor: 'var(--stale)'},
});

const colours = HighlightStyle.define([
  {tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)'},
  {tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)'},
  {tag: tags.comment, color: 'var(--faint)'},
  {tag: [tags.labelName, tags.typeName, tags.keyword], color: 'var(--mod)'},
]);

function extensions(label: string): readonly Extension[] {
  return [
    EditorView.cspNonce.of(styleNonce()),
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({'aria-label': `${label}, read only`, tabindex: '0'}),
    lineNumbers(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({top: true}),
    keymap.of(searchKeymap),
    theme,
  ];
}

/** A read-only view of project.yaml in a place of the page. */
export function createProjectEditor(parent: HTMLElement, text: string): EditorView {
  const own = [lintGutter(), yaml(), syntaxHighlighting(colours)];
  return createEditor(parent, text, [...extensions('project.yaml'), ...own]);
}

/** A read-only view of another file of the study, in no colours. */
export function createCodeEditor(parent: HTMLElement, path: string, text: string): EditorView {
  return createEditor(parent, text, extensions(path));
}

function createEditor(parent: HTMLElement, text: string, all: readonly Extension[]): EditorView {
  return new EditorView({parent, state: EditorState.create({doc: text, extensions: all})});
}

/** Brings the view to another text; only what differs is exchanged, so that the scroll stays. */
export function showText(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  // The view joins lines by LF alone, whatever the file does.
  const after = text.replace(/\r\n?/g, '\n');
  if (before === after) return;
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from += 1;
  let same = 0;
  const most = Math.min(before.length, after.length) - from;
  while (same < most && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  view.dispatch({
    changes: {from, to: before.length - same, insert: after.slice(from, after.length - same)},
  });
}

/** Marks the places of problems, with their words on hover. */
export function showProblems(
  view: EditorView,
  problems: readonly Problem[],
  onFix: (fix: QuickFix) => void,
): void {
  const diagnostics = problems.map((problem): Diagnostic => {
    const from = pastIndent(view.state.doc, offsetOf(view.state.doc, problem.line, problem.column));
    const to = offsetOf(view.state.doc, problem.endLine, problem.endColumn);
    return {
      from,
      to: Math.max(from, to),
      severity: problem.severity,
      actions: problem.fixes.map((fix) => ({
        name: fix.title.replaceAll('`', ''),
        apply: () => onFix(fix),
      })),
      source: problem.rule,
      message: [problem.message, problem.hint, problem.why]
        .filter((part) => part !== null)
        .join(' ')
        .replaceAll('`', ''),
    };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Puts the cursor on a line and the line into the middle. */
export function showLine(view: EditorView, line: number): void {
  const at = offsetOf(view.state.doc, line, 1);
  view.dispatch({
    selection: {anchor: at},
    effects: EditorView.scrollIntoView(at, {y: 'center'}),
  });
}

/** A mark under the blanks before a line's words would point at nothing. */
function pastIndent(doc: Text, from: number): number {
  const line = doc.lineAt(from);
  const indent = line.text.length - line.text.trimStart().length;
  return indent === line.text.length ? from : Math.max(from, line.from + indent);
}

/** The first fix that there is for a problem on the cursor's line; null where there is none. */
export function fixAtCursor(view: EditorView, problems: readonly Problem[]): QuickFix | null {
  const {number} = view.state.doc.lineAt(view.state.selection.main.head);
  const here = problems.filter(({line, endLine}) => line <= number && number <= endLine);
  return here.flatMap(({fixes}) => fixes)[0] ?? null;
}

function offsetOf(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(found.from + column - 1, found.to);
}

/**
 * The nonce of this page's policy, for style sheets made at run time (CodeMirror's `EditorView.cspNonce`).
 * The host writes it into the page (electron/app/appProtocol.ts); empty in a plain browser, where none is needed.
 */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
