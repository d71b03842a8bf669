/**
 * The words on screen, a line for each row, button or paragraph; runs in the page. What is cut off for want of room
 * counts whole, and a node of the graph counts with its spoken name, so that the words don't depend on fonts.
 */
export function wordsOnScreen(): string {
  const rows =
    'button, [role=tab], [role=treeitem], [role=row], tr, li, p, h1, h2, h3, label, [data-index]';
  const cells = 'td, th, [role=gridcell], [role=columnheader], [role=rowheader]';
  const lines: string[] = [];
  let line = '';
  let before = {right: 0, bottom: 0};

  const endLine = (): void => {
    const text = line.replace(/\s+/g, ' ').trim();
    if (text !== '') lines.push(text);
    line = '';
  };
  const say = (text: string, box: DOMRect, right = box.right): void => {
    // parts of one name touch each other
    const touches = box.top < before.bottom && box.left - before.right < 1;
    line += touches ? text : ` ${text}`;
    before = {right, bottom: box.bottom};
  };
  const sayText = (text: Node, parent: DOMRect): void => {
    const range = document.createRange();
    range.selectNode(text);
    const box = range.getBoundingClientRect();
    // its parent cuts it off
    say(text.textContent ?? '', box, Math.min(box.right, parent.right));
  };

  const read = (element: Element, inRow: boolean): void => {
    const box = element.getBoundingClientRect();
    // for screen readers alone: not in the picture
    if (box.width === 1 && box.height === 1) return;
    if (!element.checkVisibility({checkVisibilityCSS: true})) return;
    if (element.matches('svg, canvas, style, script, iframe')) return;
    const spoken = element.matches('[data-node]') ? element.getAttribute('aria-label') : null;
    const row = element.matches(rows);
    const inline = getComputedStyle(element).display.startsWith('inline');
    const apart = row || (!inRow && !inline);
    if (apart) endLine();
    if (element.matches(cells) && line !== '') line += ' |';
    if (spoken !== null) say(spoken, box);
    else if (element instanceof HTMLInputElement) say(element.value || element.placeholder, box);
    else if (element instanceof HTMLSelectElement) say(element.selectedOptions[0]?.text ?? '', box);
    else
      for (const child of element.childNodes) {
        if (child instanceof Element) read(child, inRow || row);
        else if (child.nodeType === Node.TEXT_NODE) sayText(child, box);
      }
    if (apart) endLine();
  };

  read(document.body, false);
  endLine();
  return `${lines.join('\n')}\n`;
}

const DAY = String.raw`\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{4})?`;
const AMOUNT = String.raw`\d[\d,.]* (?:bytes?|kB|MB|GB|TB)`;

/** What differs from run to run and from computer to computer, with what stands for it. */
const varying: readonly (readonly [RegExp, string])[] = [
  // whether it was measured depends on how long a job took
  [new RegExp(String.raw`(?:,| ·) peak (?:memory )?${AMOUNT}`, 'g'), ''],
  [/\S*study-desk-window-\w+/g, '‹folder›'],
  [/\b(?:Docker|Podman)(?: Engine)? \d[\w.+~-]*/g, '‹engine›'],
  [/\b(?:linux|darwin|windows)\/\w+/g, '‹platform›'],
  [/\b\d+ (?:processors?|CPUs?)\b/g, '‹processors›'],
  [new RegExp(String.raw`\b(?:[Tt]oday|[Yy]esterday|${DAY})(?: at)? \d\d:\d\d`, 'g'), '‹when›'],
  [/\bjust now\b|\b\d+ (?:min|h) ago\b/g, '‹when›'],
  [/\b\d{1,2}:\d\d(?::\d\d)?\b/g, '‹time›'],
  [new RegExp(String.raw`\b${DAY}\b`, 'g'), '‹when›'],
  [/\b\d+(?:\.\d)? [dhms](?: \d+ [hms])?(?!\w)/g, '‹duration›'],
  [new RegExp(String.raw`\b${AMOUNT}`, 'g'), '‹size›'],
];

/** Words without times, durations, sizes, and what belongs to one computer. */
export function withoutVarying(words: string): string {
  return varying.reduce((text, [pattern, stand]) => text.replace(pattern, stand), words);
}
