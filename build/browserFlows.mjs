/** What the gate tries of the window in a browser too, by file; the long tests try all that a browser can do. */
const FLOWS = {
  accessibility: ['holds on the start page'],
  checks: [
    'mark cells, take reasons, and draft a request and a report without anything highly sensitive',
  ],
  editing: [
    'finds problems, saves with the line ends of the file, tells of other hands, and loses nothing unasked',
  ],
  frame: ['gives its room to what has something to say, and keeps folded what the user folded'],
  grid: ['are a grid of what differs, selected with the keyboard, run and compared'],
  log: ['opens at its end, is scrolled to any line, wrapped too, and searched'],
  rename: ['shows the change, renames it with its state and its run, and takes it back'],
  trouble: ['shows the problem and the last good actions, and forgets it once fixed'],
  windows: [
    'offers three ways to begin, and opens the folder the user chooses',
    'shows two studies in two windows, each its own',
  ],
};

export const IN_GATE = new Set(Object.values(FLOWS).flat());

/** The files that hold them. */
export const GATE_FILES = Object.keys(FLOWS).map((name) => `tests/window/${name}.test.ts`);
