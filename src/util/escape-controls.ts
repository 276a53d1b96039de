/**
 * Escapes the control characters of an untrusted text, which could otherwise move the cursor or
 * change the colors of the terminal. Line breaks and tabs are kept.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(
    /[^\P{Cc}\n\t]/gu,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
