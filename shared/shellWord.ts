/** As one word of a POSIX shell's command, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w/:.@%+=-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** As one word of a command for PowerShell, quoted where it has to be. */
function powerShellWord(word: string): string {
  // it takes typographic quotes for plain ones
  return /^[\w/:.\\+=-]+$/u.test(word) ? word : `'${word.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
}

/** How words are quoted on the computer that a folder, given by its absolute path, lies on: for PowerShell on Windows. */
export function wordForShellOf(dir: string): (word: string) => string {
  return /^([A-Za-z]:)?\\/.test(dir) ? powerShellWord : shellWord;
}
