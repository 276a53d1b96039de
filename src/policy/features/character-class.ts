/**
 * What a UTF-16 code unit is, as far as splitting into words is concerned. An ideograph is written
 * without spaces between words, so each counts as a word of its own.
 */
export const CharacterClass = { Space: 0, Punctuation: 1, Word: 2, Ideograph: 3 } as const;
export type CharacterClass = (typeof CharacterClass)[keyof typeof CharacterClass];

function classifyAscii(code: number): CharacterClass {
  if (code <= 32 || code === 127) return CharacterClass.Space;
  const isWord =
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95;
  return isWord ? CharacterClass.Word : CharacterClass.Punctuation;
}

/**
 * Classifies one UTF-16 code unit by Unicode block. A table of ranges instead of `\p{L}`, because
 * regular expressions would follow the Unicode version of each engine, and a policy must count the
 * same in all of them.
 */
export function classifyCharacter(code: number): CharacterClass {
  if (code < 128) return classifyAscii(code);
  if (code < 0xc0) {
    if (code === 0xa0 || code === 0x85) return CharacterClass.Space;
    return code === 0xaa || code === 0xb5 || code === 0xba
      ? CharacterClass.Word
      : CharacterClass.Punctuation;
  }
  if (code === 0xd7 || code === 0xf7) return CharacterClass.Punctuation;
  if (code < 0x2000) return CharacterClass.Word;
  if (code < 0x2070) {
    return code <= 0x200b || code === 0x2028 || code === 0x2029 || code === 0x202f
      ? CharacterClass.Space
      : CharacterClass.Punctuation;
  }
  if (code < 0x2c00) return CharacterClass.Punctuation;
  if (code === 0x3000 || code === 0xfeff) return CharacterClass.Space;
  if (code >= 0x3001 && code <= 0x3020) return CharacterClass.Punctuation;
  if (isIdeograph(code)) return CharacterClass.Ideograph;
  if ((code >= 0xff00 && code <= 0xff0f) || (code >= 0xff1a && code <= 0xff20)) {
    return CharacterClass.Punctuation;
  }
  return CharacterClass.Word;
}

/** Chinese and Japanese, with the high surrogates of the rarer ideographs. */
function isIdeograph(code: number): boolean {
  return (
    (code >= 0x3041 && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x9fff) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xd840 && code <= 0xd87f)
  );
}
