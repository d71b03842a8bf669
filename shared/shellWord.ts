/** As one word of a POSIX shell's command, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w/:.@%+=-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
