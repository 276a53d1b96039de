/** "30°", "30^\\circ" and "30^{\\circ}". */
const degrees =
  /(\d{1,9}(?:\.\d{1,9})?)\s?(?:\^?\s?\{?\s?\\circ(?![A-Za-z])\s?\}?|°|\\degree(?![A-Za-z]))/g;

/** Whether a mathematical text has angles in degrees. */
export function hasDegrees(text: string): boolean {
  return text.search(degrees) !== -1;
}

/** The text with its angles in radians. */
export function degreesAsRadians(text: string): string {
  return text.replace(degrees, '($1*π/180)');
}
