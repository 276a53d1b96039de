/**
 * Words for times and their symbols, as sources of patterns, with and without the flag `i`. Chinese and
 * Japanese days and weeks are not among them: "1日8時間" is 8 hours a day.
 */
export const timeWords = {
  week: String.raw`weeks?|[Ww]ochen?|semaines?|semanas?|settiman[ae]|weken|недел[яиью]|недель`,
  day: String.raw`days?|[Tt]age?|jours?|días?|giorn[oi]|dias?|dag(?:en)?|день|дн(?:я|ей)`,
  hour: String.raw`hours?|hrs?|h|std|[Ss]tunden?|heures?|horas?|or[ae]|uren|uur|час(?:а|ов)?|小时|時間|시간`,
  minute: String.raw`minutes?|mins?|m|[Mm]inuten?|minuut|minutos?|minut[oi]|минут[аы]?|分钟?|分`,
  second: String.raw`seconds?|secs?|s|[Ss]ekunden?|seconden|secondes?|segundos?|second[oi]|секунд[аы]?|秒|초`,
};

/** Units of measures and their words, as the source of a pattern. */
export const unit = String.raw`(?:km\/h|m\/s|mph|mi\/h|°\s?[CF]|degrees\s(?:Celsius|Fahrenheit)|[kcm]?m[²³]?|k?g|m?l|[kM]?W|${Object.values(timeWords).join('|')}|周|星期|週間|天|日|months?|years?|miles?|mi|feet|foot|ft|inch(?:es)?|yards?|pounds?|lbs?|ounces?|oz|kilograms?|grams?|kilomet(?:er|re)s?|met(?:er|re)s?|centimet(?:er|re)s?|lit(?:er|re)s?|gallons?)`;

/** What a number may have beside it and still be nothing but a number: units, currencies, scales. */
export const anyUnit = String.raw`(?:${unit}|${[
  String.raw`°\s?[CFK]?|degrees?|rad(?:ians?)?|[mµn]s|mg|µg|t|tons?|tonnes?|square\s${unit}|cubic\s${unit}`,
  String.raw`[kKMGT]?i?[bB]|[kMGT]?bytes?|[kMG]?Hz|[kMh]?Pa|bar|[kM]?J|k?cal|kWh|[kMm]?V|m?A|Ω|ohms?|N|K|mol`,
  String.raw`dollars?|euros?|cents?|yen|francs?|USD|EUR|GBP|JPY|CHF|INR|CNY|AUD|CAD|SEK|NOK|DKK|PLN|Kč|zł|[$€£¥₹₽₩]`,
  String.raw`%|percent|per\scent|prozent|pour\scent|por\s?ciento|por\scento|per\scento|процент(?:а|ов)?`,
  String.raw`Jahre?|Monate?|ans?|années?|mois|años?|meses|anni|mesi|anos|年|月|時|时|度|元|円|원|米|公里|千克|公斤|克`,
].join('|')})`;

/** Words for powers of ten. */
export const scale = String.raw`(?:k|thousand|millions?|billions?|trillions?|mio\.?|mrd\.?|tausend|Millionen|Milliarden?|mille|milliards?|mil|millones|mila|milion[ei]|miliard[io]|milhões|тыс\.?|млн\.?|млрд\.?|[万萬亿億])`;
