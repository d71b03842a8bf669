import {formatCount, truncateMiddle} from '../../shared/format';
import {DISPLAY_STATE_LABELS, type DisplayState} from '../../shared/status';
import {boundsOf, type Place, type Rect} from './arrange';
import type {FoldedGraph, FoldNode} from './fold';
import {BOX_HEADER, CELL_GAP, CELL_HEIGHT, CELL_WIDTH, cellOrigin, gridOf} from './memberGrid';
import type {Palette} from './palette';
import {routeEdges} from './routeEdges';
import {stateColor, stateGlyph} from './stateGlyph';

/** What a picture of the graph shows. */
export interface PictureInput {
  readonly shown: Pick<FoldedGraph, 'nodes' | 'edges'>;
  readonly places: ReadonlyMap<string, Place>;
  readonly unfolded: ReadonlySet<string>;
  readonly stateOf: (action: string) => DisplayState;
  /** The group's line, e.g. `1 failed, 23 up to date`. */
  readonly summaryOf: (node: FoldNode) => string;
  /** State a group's mark shows. */
  readonly leadingOf: (node: FoldNode) => DisplayState;
  readonly palette: Palette;
}

const MARGIN = 24;
/** Letters of image and words together that fit into a node. */
const LINE_LETTERS = 26;

/** The graph as a stand-alone SVG, as it is folded and placed on screen. */
export function graphSvg(input: PictureInput): string {
  const {shown, places, unfolded, palette} = input;
  const bounds = boundsOf(places.values());
  const [width, height] = [bounds.width + 2 * MARGIN, bounds.height + 2 * MARGIN];
  const edges = [...routeEdges(places, shown.edges).values()].map((curves) =>
    curves
      .map(([x1, y1, ...rest], index) => {
        const start = index === 0 ? `M${round(x1)} ${round(y1)}` : '';
        return `${start}C${rest.map(round).join(' ')}`;
      })
      .join(''),
  );
  const nodes = shown.nodes.flatMap((node) => {
    const rect = places.get(node.id);
    if (rect === undefined) return [];
    return [unfolded.has(node.id) ? boxSvg(node, rect, input) : nodeSvg(node, rect, input)];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="${round(bounds.x - MARGIN)} ${round(bounds.y - MARGIN)} ${round(width)} ${round(height)}" font-family="Inter, 'Segoe UI', system-ui, sans-serif" font-size="13">`,
    `<rect x="${round(bounds.x - MARGIN)}" y="${round(bounds.y - MARGIN)}" width="100%" height="100%" fill="${palette.bg}"/>`,
    `<path d="${edges.join('')}" fill="none" stroke="${palette.faint}" stroke-width="1.4"/>`,
    ...nodes,
    '</svg>',
    '',
  ].join('\n');
}

function nodeSvg(node: FoldNode, rect: Rect, input: PictureInput): string {
  const {palette} = input;
  const group = node.kind === 'group';
  const state = group ? input.leadingOf(node) : input.stateOf(node.members[0] ?? '');
  const size = `width="${rect.width}" height="${rect.height}" rx="10"`;
  const words = group ? input.summaryOf(node) : DISPLAY_STATE_LABELS[state];
  const label = truncateMiddle(node.label, group ? 16 : 22);
  const count = group ? ` × ${formatCount(node.members.length)}` : '';
  const dashes = {
    'out-of-date': ' stroke-dasharray="5 3"',
    'upstream-out-of-date': ' stroke-dasharray="1 3"',
  };
  const border =
    state === 'out-of-date' || state === 'upstream-out-of-date' ? palette.stale : palette.line;
  const dash = state === 'out-of-date' || state === 'upstream-out-of-date' ? dashes[state] : '';
  const shadow = `<rect x="5" y="5" ${size} fill="${palette.panel}" stroke="${palette.line}"/>`;
  return [
    `<g transform="translate(${round(rect.x)} ${round(rect.y)})"><title>${escapeXml(`${node.label}${count}: ${words}`)}</title>`,
    group ? shadow : '',
    `<rect ${size} fill="${palette.panel}" stroke="${border}"${dash}/>`,
    `<path d="M4 2A10 10 0 0 0 0 10V${rect.height - 10}A10 10 0 0 0 4 ${rect.height - 2}Z" fill="${palette[stateColor(state)]}"/>`,
    glyphSvg(state, 15, 12, palette),
    `<text x="38" y="25" font-weight="600" fill="${palette.ink}">${escapeXml(label)}<tspan font-weight="400" fill="${palette.dim}">${count}</tspan></text>`,
    `<text x="15" y="47" font-size="11.5" fill="${palette.dim}"><tspan font-family="monospace">${escapeXml(node.image)}</tspan>  ${escapeXml(truncateMiddle(words, Math.max(8, LINE_LETTERS - node.image.length)))}</text>`,
    group ? stripSvg(node, input) : '',
    '</g>',
  ].join('');
}

function stripSvg(node: FoldNode, input: PictureInput): string {
  const step = Math.min(7, 182 / node.members.length);
  return node.members
    .map((member, index) => {
      const fill = input.palette[stateColor(input.stateOf(member))];
      return `<rect x="${round(15 + index * step)}" y="58" width="${round(step > 3 ? step - 1 : step)}" height="6" fill="${fill}"/>`;
    })
    .join('');
}

function boxSvg(node: FoldNode, rect: Rect, input: PictureInput): string {
  const {palette} = input;
  const grid = gridOf(node.members.length);
  const title = `${node.label} × ${formatCount(node.members.length)}`;
  const cells = node.members.map((member, index) => {
    const {x, y} = cellOrigin(grid, index);
    const state = input.stateOf(member);
    return [
      `<g transform="translate(${x} ${y})"><title>${escapeXml(`${member}: ${DISPLAY_STATE_LABELS[state]}`)}</title>`,
      `<rect width="${CELL_WIDTH - CELL_GAP}" height="${CELL_HEIGHT - CELL_GAP}" rx="6" fill="${palette.bg}"/>`,
      glyphSvg(state, 6, 5, palette),
      `<text x="28" y="17.5" font-size="12" fill="${palette.ink}">${escapeXml(truncateMiddle(member, 26))}</text></g>`,
    ].join('');
  });
  return [
    `<g transform="translate(${round(rect.x)} ${round(rect.y)})">`,
    `<rect width="${rect.width}" height="${rect.height}" rx="10" fill="${palette.panel}" stroke="${palette.line}"/>`,
    `<text x="15" y="${BOX_HEADER / 2 + 4}" font-weight="600" fill="${palette.ink}">${escapeXml(title)}</text>`,
    ...cells,
    '</g>',
  ].join('');
}

function glyphSvg(state: DisplayState, x: number, y: number, palette: Palette): string {
  const {color, ring, strokes} = stateGlyph(state);
  const dash = ring === null || ring.length === 0 ? '' : ` stroke-dasharray="${ring.join(' ')}"`;
  const circle = ring === null ? '' : `<circle cx="8" cy="8" r="6.25"${dash}/>`;
  const path = strokes === '' ? '' : `<path d="${strokes}"/>`;
  return `<g transform="translate(${x} ${y})" fill="none" stroke="${palette[color]}" stroke-width="1.4">${circle}${path}</g>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (letter) => names[letter] ?? letter);
}
