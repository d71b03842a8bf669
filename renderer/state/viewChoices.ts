import type {DeskState} from './deskStore';
import {isStudyView, SIDES, type Sides} from './sides';
import type {CentreView} from './viewState';

const KEPT = [
  'selection',
  'centre',
  'leftTab',
  'bottomTab',
  'query',
  'folds',
  'choices',
  'collapsed',
  'foldedByUser',
] as const;

type KeptView = Pick<DeskState, (typeof KEPT)[number] | 'beforeReading'>;

const FORMAT = 1;

/** The user's view choices as they are kept with a study. */
export function encodeView(state: KeptView): string {
  return JSON.stringify({
    format: FORMAT,
    ...Object.fromEntries(KEPT.map((name) => [name, state[name]])),
    folds: [...state.folds],
    collapsed: recordOf(state.beforeReading?.collapsed ?? state.collapsed),
    foldedByUser: recordOf(state.foldedByUser),
  });
}

/** True when a change of state is one of the user's view choices. */
export function viewDiffers(a: KeptView, b: KeptView): boolean {
  return KEPT.some((name) => a[name] !== b[name]);
}

/** Reads kept view choices; what is missing or not understood keeps its default. */
export function decodeView(json: string): Partial<KeptView> {
  const saved = parsed(json);
  if (!isRecord(saved) || saved['format'] !== FORMAT) return {};
  const {selection, centre, leftTab, bottomTab, query, folds, choices} = saved;
  const {collapsed, foldedByUser} = saved;
  const readCentre = decodeCentre(centre);
  return {
    ...(typeof selection === 'string' ? {selection} : {}),
    ...(readCentre === null ? {} : {centre: readCentre}),
    ...(leftTab === 'actions' || leftTab === 'outputs' || leftTab === 'history' ? {leftTab} : {}),
    ...(isBottomTab(bottomTab) ? {bottomTab} : {}),
    ...(typeof query === 'string' ? {query} : {}),
    ...(Array.isArray(folds) ? {folds: new Map(folds.filter(isFold))} : {}),
    ...(isRecord(choices) ? {choices: onlyTexts(choices)} : {}),
    ...(isRecord(collapsed) ? {collapsed: sidesOf(collapsed)} : {}),
    // before sides folded by themselves, whatever was folded had been folded by the user
    ...(isRecord(foldedByUser)
      ? {foldedByUser: sidesOf(foldedByUser)}
      : isRecord(collapsed)
        ? {foldedByUser: sidesOf(collapsed)}
        : {}),
  };
}

const BOTTOM_TABS: readonly unknown[] = ['log', 'problems', 'checks', 'plan'];

function isBottomTab(value: unknown): value is DeskState['bottomTab'] {
  return BOTTOM_TABS.includes(value);
}

function sidesOf(value: Readonly<Record<string, unknown>>): Sides {
  return new Set(SIDES.filter((side) => value[side] === true));
}

function recordOf(sides: Sides): Readonly<Record<string, boolean>> {
  return Object.fromEntries(SIDES.map((side) => [side, sides.has(side)]));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFold(value: unknown): value is readonly [string, boolean] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'boolean';
}

function onlyTexts(value: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function decodeCentre(value: unknown): CentreView | null {
  if (!isRecord(value)) return null;
  const {kind, path, line} = value;
  if (isStudyView(kind) || kind === 'rehearsal' || kind === 'uncommitted') return {kind};
  if (kind === 'codelists') return typeof path === 'string' ? {kind, path} : {kind};
  if (kind === 'output' && typeof path === 'string') return {kind, path};
  if (kind === 'changes') return {kind, runId: null};
  const at = typeof line === 'number' ? line : null;
  if (kind === 'project-file') return {kind, line: at};
  if (kind === 'code-file' && typeof path === 'string') return {kind, path, line: at};
  return null;
}
