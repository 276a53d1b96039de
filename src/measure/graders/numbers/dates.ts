/** The names of months in the languages of the task sets, and of a few more. */
export const months = [
  'January|February|March|April|May|June|July|August|September|October|November|December',
  String.raw`(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\.|(?![a-z]))`,
  'Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember',
  'enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre',
  'janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre',
  'gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre',
  'janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro',
  'januari|februari|maart|mei|juni|juli|augustus|september|oktober|november|december',
  'stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia',
  'января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря',
  'Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık',
].join('|');

/** The spellings of a date, with its year or without. */
export const datePattern = [
  String.raw`(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)`,
  String.raw`(?<!\d)\d{1,4}\/\d{1,2}\/\d{2,4}(?!\d)`,
  String.raw`(?<![\d.])\d{1,2}\.\s?\d{1,2}\.\s?\d{4}(?!\d)`,
  String.raw`(?<!\p{L})(?:${months})\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s\d{4})?(?!\d)`,
  String.raw`\d{1,2}(?:\.|st|nd|rd|th|er|º)?\s(?:of\s|de\s)?(?:${months})(?!\p{L})(?:,?\s(?:de\s)?\d{4}(?!\d))?`,
  String.raw`(?<!\p{L})(?:${months})\s(?:de\s)?[12]\d{3}(?!\d)`,
  String.raw`\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日`,
].join('|');

const date = new RegExp(datePattern, 'gu');
const year = /(?<!\d)[12]\d{3}(?!\d)/;

/** The years of the dates in a text, without repetitions. */
export function findYearsOfDates(text: string): readonly number[] {
  const years = [...text.matchAll(date)].flatMap(([one]) => year.exec(one)?.[0] ?? []);
  return [...new Set(years)].map(Number);
}
