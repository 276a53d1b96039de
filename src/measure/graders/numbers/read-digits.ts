/**
 * How a text separates decimals and thousands: a point and a comma, or the other way around. Undefined
 * where nothing in the text shows it. A text in a language with a decimal comma may still write
 * numbers the English way.
 */
export type NumberLocale = 'point' | 'comma' | 'probably comma' | undefined;

/** A run of digits and separators, read. */
export interface ReadDigits {
  readonly value: number;
  /** What the same run is in the other locale, where it could be from one: 1.234 and 1234. */
  readonly alternative?: number;
}

/** Digits with what may separate them inside one number: 1,234.5 or 1.234,5 or 1 234 or 1'234. */
export const digitRun = /(?:\d|(?<!\d)\.\d)(?:\d|[.,'](?=\d)| (?=\d{3}(?![\d/⟨])))*/y;

/** Words that only languages with a decimal comma and points for thousands write. */
const commaWords =
  /(?<!\p{L})(?:R\$|₺|zł|TL|kr|der|die|das|und|ist|sind|beträgt|antwort|ergebnis|insgesamt|el total|la respuesta|respuesta|il|risposta|sono|totale|totaal|toplam|são|resposta|não|het|een|antwoord|cevap|jawaban(?:nya)?|wynosi|odpowiedź|ответ|составляет|réponse|est|millones|millón|millionen|milliarden?|milliards?|milion[ei]|miliard[io]|milhões|bilhões|миллион(?:а|ов)?|миллиард(?:а|ов)?)(?!\p{L})/giu;
const englishWords = /(?<!\p{L})(?:the|is|are|answer|which|there|because|so)(?!\p{L})/giu;
const commaNumber = /\d\.\d{3},(?:\d(?!\d{2}(?!\d))|-)|\d\.\d{3}\.\d{3}(?!\d)/;
/** "12.500 × 1,10": a calculation with a decimal comma, in a text that has no decimal point. */
const commaFactor = /[-+×*·/÷=]\s?\d{1,6},\d{1,2}(?![\d,])|(?<![\d,])\d{1,6},\d{1,2}\s?[-+×*·/÷=]/;
const pointDecimals = /\d\.(?:\d{1,2}|\d{4,})(?!\d)/;
const pointNumber = /\d,\d{3}\.\d|\d,\d{3},\d{3}(?!\d)/;
const evidenceLength = 4000;

/** Tells the locale of a text's numbers, from numbers of one form only and from its words. */
export function detectNumberLocale(text: string): NumberLocale {
  const sample = text.slice(-evidenceLength);
  if (commaNumber.test(sample)) return 'comma';
  if (pointNumber.test(sample)) return 'point';
  if (commaFactor.test(sample) && !pointDecimals.test(sample)) return 'comma';
  const [others, english] = [commaWords, englishWords].map(
    (words) => [...sample.matchAll(words)].length,
  ) as [number, number];
  if (others > english) return 'probably comma';
  return english > 0 ? 'point' : undefined;
}

/** The value of a run of digits and separators, or undefined where it is no number (1.2.3). */
export function readDigits(run: string, locale: NumberLocale): ReadDigits | undefined {
  if (/^\d+$/.test(run)) return { value: Number(run) };
  // 1.234 and 1,234: thousands in one locale, decimals in the other.
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(run)) {
    const decimal = Number(run.replace(',', '.'));
    const whole = Number(run.replace(/[.,]/, ''));
    const groups =
      locale === 'probably comma' || (run.includes('.') ? locale === 'comma' : locale !== 'comma');
    const value = groups ? whole : decimal;
    // Nobody writes a whole number with three decimals and a comma: 18,000.
    const isSure =
      locale === 'comma' || locale === 'point' || (locale === undefined && run.endsWith(',000'));
    return isSure ? { value } : { value, alternative: groups ? decimal : whole };
  }
  if (/^\d*\.\d+$/.test(run)) return { value: Number(run) };
  // English, Swiss, SI (1,234.5  1'234.5  1 234.5) and Indian (1,23,456.5) grouping.
  if (/^[1-9]\d{0,2}(?:[,' ]\d{3})+(?:\.\d+)?$/.test(run)) return { value: keepDigits(run) };
  if (/^[1-9]\d{0,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$/.test(run)) return { value: keepDigits(run) };
  // East Asian grouping by ten thousands: 1,2345,6789.
  if (/^[1-9]\d{0,3}(?:,\d{4})+$/.test(run)) return { value: keepDigits(run) };
  // Continental European: 1.234,5 and 1.234.567 and 12,5.
  if (/^[1-9]\d{0,2}(?:[.' ]\d{3})+,\d+$/.test(run) || /^\d+,\d+$/.test(run)) {
    return { value: Number(run.replace(/[.' ]/g, '').replace(',', '.')) };
  }
  if (/^[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(run)) return { value: Number(run.replaceAll('.', '')) };
  return undefined;
}

/** The whole number that a run is, where a double does not hold it exactly. */
export function readWhole(run: string, value: number): bigint | undefined {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  const digits = run.replace(/\D/g, '');
  return Number(digits) === value ? BigInt(digits) : undefined;
}

function keepDigits(run: string): number {
  return Number(run.replace(/[^\d.]/g, ''));
}
