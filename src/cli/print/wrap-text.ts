import { stripVTControlCharacters } from 'node:util';

/** Breaks a text between words into lines of at most so many columns. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
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
