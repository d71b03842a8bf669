/** A text that a user may read, with its place in the source. */
export interface ShownText {
  readonly line: number;
  /** With `{}` for each value that is filled in. */
  readonly text: string;
}

export function textsOf(file: string, source: string): ShownText[];

/** All texts of the program, with the file of each and its folder. */
export function allTexts(): (ShownText & {readonly room: string; readonly file: string})[];

/** Words that are on no screen: the last column of the glossary in electron/README.md. */
export function wordsNotUsed(): string[];
