import {HighlightStyle} from '@codemirror/language';
import {EditorView} from '@codemirror/view';
import {tags} from '@lezer/highlight';

/** The editor in the window's own colours, light and dark. */
export const theme = EditorView.theme({
  '&': {height: '100%', backgroundColor: 'var(--panel)', color: 'var(--ink)'},
  '.cm-scroller': {fontFamily: 'var(--mono)', fontSize: '12px', lineHeight: '18px'},
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--faint)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {backgroundColor: 'var(--bg)'},
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
  '.cm-fixes': {width: '18px'},
  '.cm-fixes .cm-gutterElement': {display: 'grid', placeItems: 'center', cursor: 'pointer'},
  '.cm-fixes svg': {color: 'var(--stale)'},
  '.cm-shown': {
    marginLeft: '16px',
    padding: '0 7px',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--accent)',
    font: '11px/15px var(--sans, sans-serif)',
    cursor: 'pointer',
  },
  '.cm-shown[data-old="true"]': {opacity: '0.5'},
  '.cm-diagnostic': {maxWidth: '480px', padding: '8px 12px'},
  '.cm-diagnostic-error': {borderLeftColor: 'var(--fail)'},
  '.cm-diagnostic-warning': {borderLeftColor: 'var(--stale)'},
});

/** Code in colour. */
export const colours = HighlightStyle.define([
  {tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)'},
  {tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)'},
  {tag: tags.comment, color: 'var(--faint)'},
  {tag: [tags.number, tags.atom, tags.bool], color: 'var(--accent)'},
  {tag: [tags.labelName, tags.typeName, tags.keyword], color: 'var(--mod)'},
]);
