/** Numbers that are written as words, by language; English ones are put together. */
const units: Readonly<Record<string, number>> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, value) => [word, value]),
);
const tens: Readonly<Record<string, number>> = Object.fromEntries(
  'twenty thirty forty fifty sixty seventy eighty ninety'
    .split(' ')
    .map((word, index) => [word, 20 + 10 * index]),
);
const scales: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1000,
  million: 1e6,
  billion: 1e9,
};

const otherWords: Readonly<Record<string, number>> = {};
for (const line of [
  '- eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf',
  'zéro une deux trois quatre cinq six sept huit neuf dix onze douze',
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce',
  'zero uno due tre quattro cinque sei sette otto nove dieci undici dodici',
  'zero um dois três quatro cinco seis sete oito nove dez onze doze',
  'ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать',
  '零 一 二 三 四 五 六 七 八 九 十 十一 十二',
]) {
  line
    .split(' ')
    .forEach((word, value) => ((otherWords as Record<string, number>)[word] ??= value));
}

/** Fractions in words, written without spaces. */
const fractions: Readonly<Record<string, number>> = {
  half: 1 / 2,
  ahalf: 1 / 2,
  onehalf: 1 / 2,
  athird: 1 / 3,
  onethird: 1 / 3,
  twothirds: 2 / 3,
  aquarter: 1 / 4,
  onequarter: 1 / 4,
  onefourth: 1 / 4,
  threequarters: 3 / 4,
  threefourths: 3 / 4,
};
const denominators = 'fifth sixth seventh eighth ninth tenth'.split(' ');
for (const [index, word] of denominators.entries()) {
  const part = 1 / (index + 5);
  Object.assign(fractions, { [`a${word}`]: part, [`one${word}`]: part, [`two${word}s`]: 2 * part });
}

const english = Object.keys({ ...units, ...tens, ...scales }).join('|');
const phrase = new RegExp(
  String.raw`(?:\b(negative|minus)\s)?\b((?:a\s)?(?:${english})(?:(?:[\s-]|\sand\s)(?:${english})){0,12})\b(?:\sand\s(?:a|one)\s(half|quarter|third)\b)?(\sdozen\b)?`,
  'gi',
);

/** "one in five", "three out of four" */
const share = new RegExp(
  String.raw`\b(${english})(?:\s|-)(?:in|out\sof)(?:\s|-)(${english})\b`,
  'i',
);

/** Not "two dozen", of which the dozens may be counted. */
const aDozen = /\b(half\s)?a\sdozen\b/gi;

/** A number in words, and where it is. */
export interface NumberInWords {
  readonly value: number;
  /** 24 of "two dozen", where dozens are not what is counted; 0.75 of "three out of four". */
  readonly alternative?: number;
  readonly start: number;
  readonly end: number;
}

/**
 * English numbers in words, such as "forty-two" and "negative three"; not "one" alone, which is a
 * pronoun far more often. Of other languages, only a text that is one number word up to twelve.
 */
export function findNumberWords(text: string): readonly NumberInWords[] {
  const alone = text.length > 40 ? '' : text.toLowerCase().replace(/[^\p{L}\p{M}]/gu, '');
  const [, minus, word = ''] = /^(minus|negative)?(.*)$/.exec(alone) ?? [];
  const value = fractions[word] ?? otherWords[word] ?? units[word];
  if (value !== undefined) {
    return [{ value: minus === undefined ? value : -value, start: 0, end: text.length }];
  }
  const parts = share.exec(text);
  const [part = 0, whole = 0] = (parts?.slice(1) ?? []).map((word) =>
    readEnglish([word.toLowerCase()]),
  );
  if (parts !== null && part > 0 && part < whole) {
    const at = { start: parts.index, end: parts.index + parts[0].length };
    // Nobody counts "one in five" as one.
    const isOdds = part === 1 || /\b(?:chance|probability|odds|likelihood)/i.test(text);
    return [
      isOdds ? { value: part / whole, ...at } : { value: part, alternative: part / whole, ...at },
    ];
  }
  const found: NumberInWords[] = [...text.matchAll(aDozen)].map(({ index, 0: words, 1: half }) => ({
    value: half === undefined ? 12 : 6,
    start: index,
    end: index + words.length,
  }));
  for (const match of text.matchAll(phrase)) {
    const words = (match[2] as string).toLowerCase().replace(/^a\s/, 'one ');
    const part = match[3] === undefined ? undefined : fractions[`a${match[3].toLowerCase()}`];
    if (words === 'one' && part === undefined) continue;
    const whole = readEnglish(words.split(/[\s-]+/).filter((word) => word !== 'and'));
    const sign = match[1] === undefined ? 1 : -1;
    const value = sign * (whole + (part ?? 0));
    const alternative = match[4] === undefined ? undefined : 12 * value;
    found.push({
      value,
      ...(alternative !== undefined && { alternative }),
      start: match.index,
      end: match.index + match[0].length,
    });
  }
  return found.sort((a, b) => a.start - b.start);
}

function readEnglish(words: readonly string[]): number {
  let total = 0;
  let current = 0;
  for (const word of words) {
    const scale = scales[word];
    if (scale === undefined) current += units[word] ?? tens[word] ?? 0;
    else if (scale === 100) current = Math.max(1, current) * scale;
    else {
      total += Math.max(1, current) * scale;
      current = 0;
    }
  }
  return total + current;
}
