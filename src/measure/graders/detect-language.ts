/** The languages that the detector tells apart, by their ISO 639-1 codes. */
const knownLanguages = new Set(
  (
    'am ar az be bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko ku lo ' +
    'lt lv ml mr ms nl no or pa pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur vi yo zh'
  ).split(' '),
);

/** Texts beyond this say nothing more about their language. */
const readCharacters = 5000;

export function isKnownLanguage(code: string): boolean {
  return knownLanguages.has(code);
}

/**
 * The language of a text as an ISO 639-1 code, or undefined where it cannot be told. Code blocks
 * are left out. The detector takes half a second to load, and is loaded when first asked.
 */
export async function detectLanguage(text: string): Promise<string | undefined> {
  const { eld } = await import('eld/small');
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, ' ').slice(0, readCharacters);
  const { language } = eld.detect(prose);
  return language === '' ? undefined : language;
}
