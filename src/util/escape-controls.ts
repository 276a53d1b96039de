/** Marks that change the direction of text. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** What a terminal obeys or hides: controls but for line breaks and tabs, line separators, and these marks. */
const obeyed = new RegExp(String.raw`[^\P{Cc}\n\t]|[\u2028\u2029]|${directionMarks.source}`, 'gu');

/**
 * Escapes what could make a terminal or a page show an untrusted text as something else: control
 * characters (C0, C1, and so every escape sequence), line separators, and marks that change the
 * direction of text. Line breaks and tabs are kept.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(obeyed, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

/**
 * Whether a name is one line that is shown as it is. A line break in a name would look like a line
 * of its own, such as a verdict, wherever the name is printed.
 */
export function isPlainName(name: string): boolean {
  return !/[\n\t]/.test(name) && name.search(obeyed) < 0;
}

/** A name from a table on one line, without the marks of direction that spreadsheets leave in copied text. */
export function tidyName(text: string): string {
  return text.replaceAll(directionMarks, '').trim().replaceAll(/\s+/g, ' ');
}

/** What is said of a name that is not plain. */
export const plainNameProblem = 'has a line break, control character or mark of direction';

/** A value as indented JSON, in which no character could make a terminal show something else. */
export function formatSafeJson(value: unknown): string {
  // What JSON.stringify leaves stands within strings, where an escape means the same.
  return JSON.stringify(value, null, 2).replaceAll(
    obeyed,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
