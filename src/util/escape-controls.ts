/**
 * A text from outside, made harmless for a terminal: control characters, with which a file could
 * move the cursor or change colours, become visible. Line breaks and tabs stay.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(
    /[^\P{Cc}\n\t]/gu,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
