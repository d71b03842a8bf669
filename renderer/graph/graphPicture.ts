import {formatCount} from '../../shared/format';
import {TIERS, type Tier, type TierCounts} from '../../shared/sensitivity';
import {STATE_WORDS, type ActionState} from '../../shared/status';
import {stateColor, stateFrame, stateGlyph} from '../status/stateGlyph';
import {fitName} from '../ui/names';
import {textWidth} from '../ui/textWidth';
import {boundsOf, type Place, type Rect} from './arrange';
import type {FoldedGraph, FoldNode} from '../groups/fold';
import {BOX_HEADER, CELL_GAP, CELL_HEIGHT, CELL_WIDTH, cellOrigin, gridOf} from './memberGrid';
import {cellName, type NodeName} from './nodeNames';
import {NO_OUTPUTS, tierWords} from './nodeText';
import type {Palette} from './palette';
import {routeEdges} from './routeEdges';

/** What a picture of the graph shows. */
export interface PictureInput {
  readonly shown: Pick<FoldedGraph, 'nodes' | 'edges'>;
  readonly places: ReadonlyMap<string, Place>;
  readonly unfolded: ReadonlySet<string>;
  /** Labels of the nodes, by id. */
  readonly names: ReadonlyMap<string, NodeName>;
  readonly stateOf: (action: string) => ActionState;
  /** The words below the name, e.g. `1 m 12 s` and `1.2 GB`; the first is kept where there is little space. */
  readonly wordsOf: (node: FoldNode) => readonly string[];
  /** Outputs of the node's actions by tier. */
  readonly outputsOf: (node: FoldNode) => TierCounts;
  /** State a group's mark shows. */
  readonly leadingOf: (node: FoldNode) => ActionState;
  readonly palette: Palette;
}

const MARGIN = 24;
/** The marks of the tiers on a 16 × 16 field: lock, shield and eye. */
const TIER_STROKES: Readonly<Record<Tier, string>> = {
  highly_sensitive: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  moderately_sensitive: 'M8 1.8l5 2v4c0 3-2 5.2-5 6.4-3-1.2-5-3.4-5-6.4v-4z',
  minimally_sensitive:
    'M1.5 8C4.6 2.6 11.4 2.6 14.5 8c-3.1 5.4-9.9 5.4-13 0zM8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4',
};
/** Space for words and outputs of a node, in pixels, and what a tier's count takes of it. */
const LINE = {width: 182, digit: 7, mark: 18} as const;

/** The graph as an SVG by itself, as it is folded and placed on screen. */
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

const DASHES = {
  solid: '',
  dashed: ' stroke-dasharray="5 3"',
  dotted: ' stroke-dasharray="1 3"',
} as const;

function nodeSvg(node: FoldNode, rect: Rect, input: PictureInput): string {
  const {palette} = input;
  const group = node.kind === 'group';
  const state = group ? input.leadingOf(node) : input.stateOf(node.members[0] ?? '');
  const size = `width="${rect.width}" height="${rect.height}" rx="10"`;
  const count = group ? ` × ${formatCount(node.members.length)}` : '';
  const lines = input.names.get(node.id)?.near ?? [node.label];
  const space = lines.length === 1 ? 9 : 0;
  const top = group ? space / 2 - 3 : space;
  const below = 20 + top + lines.length * 17;
  const tiers = tiersSvg(node, group ? below + 18 : below, input);
  const frame = stateFrame(state);
  const border = frame === 'solid' ? palette.line : palette[stateColor(state)];
  const shadow = `<rect x="5" y="5" ${size} fill="${palette.panel}" stroke="${palette.line}"/>`;
  return [
    `<g transform="translate(${round(rect.x)} ${round(rect.y)})"><title>${escapeXml([`${node.label}${count}`, STATE_WORDS[state], node.image, ...input.wordsOf(node), ...tierWords(input.outputsOf(node))].join(', '))}</title>`,
    group ? shadow : '',
    `<rect ${size} fill="${palette.panel}" stroke="${border}"${DASHES[frame]}/>`,
    `<path d="M4 2A10 10 0 0 0 0 10V${rect.height - 10}A10 10 0 0 0 4 ${rect.height - 2}Z" fill="${palette[stateColor(state)]}"/>`,
    glyphSvg(state, 15, 6 + top, palette),
    ...lines.map((line, index) => {
      const last = index === lines.length - 1;
      const times =
        last && `<tspan font-size="11.5" font-weight="400" fill="${palette.dim}">${count}</tspan>`;
      return `<text x="38" y="${18 + top + index * 17}" font-weight="600" fill="${palette.ink}">${escapeXml(line)}${times || ''}</text>`;
    }),
    factsSvg(node, below, group ? 15 + LINE.width : tiers.left, input),
    tiers.svg,
    group ? stripSvg(node, below + 10, tiers.left, input) : '',
    '</g>',
  ].join('');
}

/** The node's line below its name: as many of the words as there is space for. */
function factsSvg(node: FoldNode, y: number, right: number, input: PictureInput): string {
  const space = right - 21;
  const words = [...input.wordsOf(node)];
  while (words.length > 1 && textWidth(words.join(', '), 'cell') > space) words.pop();
  const shown = fitName(words.join(', '), [], (text) => textWidth(text, 'cell') <= space);
  return `<text x="15" y="${y}" font-size="11.5" fill="${input.palette.dim}">${escapeXml(shown)}</text>`;
}

/** The number of outputs of each tier, at the right end of a line; answers where it begins. */
function tiersSvg(node: FoldNode, y: number, input: PictureInput): {svg: string; left: number} {
  const {palette} = input;
  const outputs = input.outputsOf(node);
  let left = 15 + LINE.width;
  const tiers = [...TIERS].reverse().flatMap((tier) => {
    const count = formatCount(outputs[tier]);
    if (outputs[tier] === 0) return [];
    left -= LINE.mark + count.length * LINE.digit;
    const mark = `<path transform="translate(${round(left)} ${y - 11}) scale(0.8)" d="${TIER_STROKES[tier]}" fill="none" stroke="${palette.dim}" stroke-width="1.6"/>`;
    return [
      `<g><title>${tierWords({...NO_OUTPUTS, [tier]: outputs[tier]}).join('')}</title>${mark}<text x="${round(left + 15)}" y="${y}" font-size="11.5" fill="${palette.dim}">${count}</text></g>`,
    ];
  });
  return {svg: tiers.join(''), left};
}

function stripSvg(node: FoldNode, y: number, right: number, input: PictureInput): string {
  const step = Math.min(8, Math.max(1, right - 20 - 8) / node.members.length);
  return node.members
    .map((member, index) => {
      const fill = input.palette[stateColor(input.stateOf(member))];
      return `<rect x="${round(15 + index * step)}" y="${y}" width="${round(step > 3 ? step - 2 : step)}" height="6" fill="${fill}"/>`;
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
      `<g transform="translate(${x} ${y})"><title>${escapeXml(`${member}: ${STATE_WORDS[state]}`)}</title>`,
      `<rect width="${CELL_WIDTH - CELL_GAP}" height="${CELL_HEIGHT - CELL_GAP}" rx="6" fill="${palette.bg}"/>`,
      glyphSvg(state, 6, 5, palette),
      `<text x="28" y="17.5" font-size="12" fill="${palette.ink}">${escapeXml(cellName(member, node.members))}</text></g>`,
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

function glyphSvg(state: ActionState, x: number, y: number, palette: Palette): string {
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
