import { stripVTControlCharacters } from 'node:util';

/** Stands for a space at which no line breaks; a private character, as tables break at any space. */
export const noBreak = '\ue000';

/**
 * Marks what stays on one line: a short text in brackets, such as an interval, and a number with its
 * unit or sign. `restoreSpaces` undoes it.
 */
export function keepTogether(text: string): string {
  return text
    .replaceAll(/\[[^\]]{0,30}\]/g, (interval) => interval.replaceAll(' ', noBreak))
    .replaceAll(/(?<=\d) (?=(?:%|ms|s|min|h|kB|MB)(?![\p{L}\d]))/gu, noBreak);
}

/** Ordinary spaces again, once the lines are broken. */
export function restoreSpaces(text: string): string {
  return text.replaceAll(noBreak, ' ');
}

/**
 * Breaks a text between words into lines of at most so many columns. Intervals in brackets and
 * numbers with their units stay together.
 */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [''];
  for (const word of keepTogether(text).split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map(restoreSpaces);
}

/** A row of a table, whose cells are two spaces apart, or a command to copy. */
const inOnePiece = /\S {2,}\S|^(?:Next: )?routesmith /;

/**
 * Breaks the sentences of a text between words, each line with the indent of its sentence. Rows of
 * tables and lines that are commands stay in one piece.
 */
export function wrapSentences(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const sentence = line.trimStart();
      const isShort = stripVTControlCharacters(line).length <= columns;
      if (isShort || inOnePiece.test(stripVTControlCharacters(sentence))) return [line];
      const indent = line.slice(0, line.length - sentence.length);
      return wrapText(sentence, columns - indent.length).map((part) => indent + part);
    })
    .join('\n');
}
