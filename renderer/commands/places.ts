/** Where the keyboard can be sent, each by the element that takes it. */
const PLACES = {
  graph: '[role="tabpanel"] [data-node][tabindex="0"]',
  table: '[role="treegrid"][aria-label="Actions"]',
  grid: '[role="tabpanel"] [role="grid"]',
  timeline: '[role="tabpanel"][aria-label="Timeline"] [tabindex="0"]',
  list: '#left-list [role="tree"]',
  outputs: '#left-list [role="tree"][aria-label="Outputs by tier"]',
  history: '#left-list [tabindex="0"], #left-list button:enabled',
  log: '#bottom-panel [role="log"]',
  problems: '#bottom-panel [role="tree"]',
  plan: '#bottom-panel [role="group"][aria-label="Jobs in order"]',
} as const;

/** A place that a command brings the keyboard to. */
export type Place = keyof typeof PLACES;

/** The window's regions in the order F6 walks them. */
const REGIONS = [
  'header',
  'nav',
  'main',
  'aside',
  'section[aria-label="Log, problems and plan"]',
  'footer',
];

/** What takes the keyboard in a region, the best first; never a field, as letters are commands until the user enters one. */
const TARGETS = [
  '[role="tree"], [role="grid"], [role="treegrid"], [role="log"], [data-node][tabindex="0"], .cm-content, .xterm-helper-textarea',
  'input[type=checkbox]:enabled, input[type=radio]:enabled, [role="tab"][tabindex="0"]',
  'button:enabled, [tabindex="0"]',
];

/** How long what a command shows may take to be there, in frames. */
const PATIENCE = 40;

/** Where the keyboard is or was, and what stands around that. */
interface Stand {
  readonly element: HTMLElement;
  readonly homes: readonly Element[];
}

/** Where the keyboard was before the last jump. */
let back: Stand | null = null;

function standNow(): Stand | null {
  const active = document.activeElement;
  return active instanceof HTMLElement && active !== document.body
    ? {element: active, homes: homesOf(active)}
    : null;
}

/** Puts the keyboard into a place once it is shown; what has it now is remembered for `goBack`. */
export function goTo(place: Place): void {
  const from = standNow();
  let frames = 0;
  const look = () => {
    frames += 1;
    const element = [...document.querySelectorAll<HTMLElement>(PLACES[place])].find(isShown);
    if (element === undefined) {
      if (frames < PATIENCE) requestAnimationFrame(look);
      return;
    }
    // the user has gone on meanwhile, unless what they were at went away
    const now = document.activeElement;
    const left = now !== (from?.element ?? document.body) && now !== document.body;
    if (left && (from === null || isThere(from.element))) return;
    if (from !== null && from.element !== element) back = from;
    element.focus({preventScroll: true});
  };
  requestAnimationFrame(look);
}

/** Puts the keyboard into the list at the left, or what is shown in its place, for whoever no longer wants what has it. */
export function goHome(): void {
  const list = [...document.querySelectorAll<HTMLElement>(PLACES.list)].find(isShown);
  if (list !== undefined) {
    list.focus({preventScroll: true});
    return;
  }
  const centre = shownRegions().find(({tagName}) => tagName === 'MAIN');
  const instead = shownRegions().find(({tagName}) => tagName !== 'HEADER');
  const region = centre ?? instead;
  if (region !== undefined) targetIn(region)?.focus({preventScroll: true});
}

/** Puts the keyboard back to where it was before the last jump, or beside that where it has gone since. */
export function goBack(): void {
  if (back === null) return;
  const {element, homes} = back;
  const to = isThere(element) ? element : targetAmong(homes);
  if (to === null || to === document.activeElement) return;
  back = standNow() ?? back;
  to.focus();
}

/** Puts the keyboard into the next region of the window, or the one before. */
export function walkRegions(step: 1 | -1): void {
  const shown = shownRegions();
  if (shown.length === 0) return;
  const here = shown.findIndex((region) => region.contains(document.activeElement));
  const next = here === -1 ? (step === 1 ? 0 : -1) : here + step;
  const region = shown.at(next % shown.length);
  const target = region === undefined ? null : targetIn(region);
  target?.focus();
}

/** The regions on screen in which something takes the keyboard. */
function shownRegions(): readonly HTMLElement[] {
  return REGIONS.flatMap((selector) => {
    const region = document.querySelector<HTMLElement>(selector);
    return region !== null && isShown(region) && targetIn(region) !== null ? [region] : [];
  });
}

/** What takes the keyboard in a region; null where nothing can. */
function targetIn(region: Element): HTMLElement | null {
  for (const selector of TARGETS) {
    const found = [...region.querySelectorAll<HTMLElement>(selector)].find(isShown);
    if (found !== undefined) return found;
  }
  return null;
}

/** What stands around an element, the nearest first. */
export function homesOf(element: Element): readonly Element[] {
  const around: Element[] = [];
  for (let up = element.parentElement; up !== null && up !== document.body; up = up.parentElement)
    around.push(up);
  return around;
}

/** What takes the keyboard in the nearest of these that is still there; of the window as a whole, what is looked at. */
export function targetAmong(homes: readonly Element[]): HTMLElement | null {
  for (const home of homes) {
    if (!home.isConnected) continue;
    const target = targetIn(home.querySelector('main') ?? home) ?? targetIn(home);
    if (target !== null && target !== document.activeElement) return target;
  }
  return null;
}

function isThere(element: HTMLElement): boolean {
  return element.isConnected && isShown(element);
}

function isShown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
