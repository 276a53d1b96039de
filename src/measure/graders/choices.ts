/** What can be chosen: so many letters from A, and the texts they stand for, where known. */
export interface Choices {
  readonly letterCount: number;
  /** In lower case; empty where only letters are known. */
  readonly texts: readonly string[];
}

/** The position of a letter's choice, or undefined where it is beyond the last choice. */
export function letterIndex(letter: string, choices: Choices): number | undefined {
  const index = letter.toUpperCase().charCodeAt(0) - 65;
  return index >= 0 && index < choices.letterCount ? index : undefined;
}
