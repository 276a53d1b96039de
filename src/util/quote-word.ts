/** A word of a command line, quoted for a shell where it has to be: `runs/mine`, `'my runs'`. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
