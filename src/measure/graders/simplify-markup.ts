/**
 * An answer without the LaTeX and Markdown that models put around what they mean, ready for the
 * graders that look for a letter or a number in it. `\boxed{...}`, `**`, `$` and the like stay:
 * they say where the answer is. Every pattern is bounded, so that it takes linear time.
 */
export function simplifyMarkup(text: string): string {
  return (
    withoutThinking(text)
      .replace(/\{,\}/g, ',')
      .replace(/\\[!,;:]/g, (space) => (space === '\\!' ? '' : '\u202f'))
      .replace(
        /\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s?\{([^{}]{0,200})\}/g,
        '$1',
      )
      .replace(/\\[dt]?frac\s?\{([^{}]{1,100})\}\s?\{([^{}]{1,100})\}/g, ' $1/$2')
      .replace(/\\[dt]?frac\s?(\d)\s?(\d)/g, ' $1/$2')
      .replace(/\^\{([^{}]{1,20})\}/g, '^$1')
      .replace(/\\times\b/g, '×')
      .replace(/\\cdot\b/g, '·')
      .replace(/\\approx\b/g, '≈')
      .replace(/\\(?:left|right|displaystyle)\b/g, '')
      .replace(/\\([$%#_&])/g, '$1')
      // Before the compatibility form below, which would glue "1½" into "11⁄2" and "10³" into "103".
      .replace(/[\u00bc-\u00be\u2150-\u215e]/g, (fraction) => ` ${fraction.normalize('NFKC')}`)
      .replace(/[⁺⁻]?[⁰¹²³⁴-⁹]+/g, (digits) => `^${digits.normalize('NFKC')}`)
      // These three keep apart what they separate; plain spaces would not show that they group.
      .replace(/[\u00a0\u2009\u202f]/g, '\u0001')
      .normalize('NFKC')
      .replaceAll('\u0001', '\u202f')
      .replaceAll('\u2044', '/')
      .replaceAll('\u2212', '-')
  );
}

/** The part after a `</think>` that a reasoning model left in its answer; all of it without one. */
export function withoutThinking(text: string): string {
  const end = text.lastIndexOf('</think>');
  const after = end === -1 ? '' : text.slice(end + '</think>'.length);
  return after.trim() === '' ? text : after;
}
