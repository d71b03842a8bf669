import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {expect} from 'vitest';
import type {Desk} from './launchDesk';
import {withoutVarying, wordsOnScreen} from './pictureWords';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** Whether pictures are taken, by `npm run pictures`; else only their words are compared. */
const taking = Boolean(process.env.STUDY_DESK_TAKE_PICTURES);

/** How long the window may take to come to rest, in milliseconds, and how often it is looked at. */
const REST_MS = 15_000;
const LOOK_MS = 250;
/** So often in a row the words have to be the same. */
const SAME = 8;

/** Belongs to the computer the picture is taken on, not to the window: the note about Electron's development copy. */
const leftOut = '[role=note] { display: none !important; }';

/** Begins to leave out of a window what its pictures don't show. */
export async function dressForPicture({page}: Desk): Promise<void> {
  await page.evaluate((css) => {
    // a style element would need the policy's leave
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, leftOut);
}

/**
 * Holds the words on screen to those kept as tests/screenshots/NAME.txt, beside NAME.png; with `npm run pictures`
 * takes both anew.
 */
export async function keptPicture(desk: Desk, name: string): Promise<void> {
  // nothing under the pointer, nothing with a tooltip
  await desk.page.mouse.move(0, 0);
  if (taking) return take(desk, name);
  const kept = await readFile(`${folder}${name}.txt`, 'utf8').catch(() => '');
  const until = Date.now() + REST_MS;
  let words = await wordsOf(desk);
  while (words !== kept && Date.now() < until) {
    await desk.page.waitForTimeout(LOOK_MS);
    words = await wordsOf(desk);
  }
  const hint = `The window's words are no longer those of tests/screenshots/${name}.png. If that is meant, \`npm run pictures\` refreshes the pictures.`;
  expect(words, hint).toBe(kept);
}

async function wordsOf({page}: Desk): Promise<string> {
  return withoutVarying(await page.evaluate(wordsOnScreen));
}

async function take(desk: Desk, name: string): Promise<void> {
  const until = Date.now() + REST_MS;
  let words = '';
  for (let same = 0; same < SAME;) {
    const next = await wordsOf(desk);
    same = next === words ? same + 1 : 0;
    words = next;
    if (Date.now() > until) throw new Error(`The window does not come to rest: ${name}`);
    await desk.page.waitForTimeout(LOOK_MS);
  }
  await mkdir(folder, {recursive: true});
  // nothing that blinks or turns: the picture changes only with the window
  const path = `${folder}${name}.png`;
  await desk.page.screenshot({path, animations: 'disabled', caret: 'hide'});
  await writeFile(`${folder}${name}.txt`, words);
}

/** Ways of seeing with which some colours are the same. */
const VISIONS = ['deuteranopia', 'protanopia', 'tritanopia'] as const;

/** The graph as people see it who confuse colours, as NAME-VISION.png; taken only with `npm run pictures`, as its words are no others. */
export async function picturesOfVisions({page}: Desk, name: string): Promise<void> {
  if (!taking) return;
  const devtools = await page.context().newCDPSession(page);
  for (const type of VISIONS) {
    await devtools.send('Emulation.setEmulatedVisionDeficiency', {type});
    const graph = page.getByRole('application', {name: 'Graph of the actions'});
    await graph.screenshot({path: `${folder}${name}-${type}.png`, animations: 'disabled'});
  }
  await devtools.detach();
}
