/** A text without what spreadsheets change: the ends of its lines, and blanks at its own ends. */
export function trimText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}
