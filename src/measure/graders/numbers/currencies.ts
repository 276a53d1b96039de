/** Codes and symbols of currencies in letters, as they stand before an amount. */
const currencyCodes = [
  'USD|EUR|GBP|JPY|CHF|INR|CNY|RMB|AUD|CAD|NZD|SGD|HKD|TWD|MYR|IDR|THB|VND|KRW|PKR|BDT|LKR|NPR',
  'ZAR|NGN|KES|GHS|EGP|UGX|TZS|ETB|BRL|MXN|ARS|CLP|UYU|SEK|NOK|DKK|PLN|CZK|HUF|BGN|RUB|UAH',
  'AED|QAR|KWD',
  String.raw`Rs\.?|Rp\.?|K[Ss]h\.?|KSH|TSh|USh|Tk\.|[Kk]r\.|Kč|zł|Fr\.|SFr\.?|Bs\.|Birr`,
].join('|');
/** Codes that name other things, too: COP28, Kr85, room RM205. */
const otherCodes = 'PHP|TRY|COP|PEN|BOB|RON|MAD|SAR|ILS|RM|Tk|[Kk]r|Fr|Bs';
export const currencyWords = `${currencyCodes}|${otherCodes}`;
/** Not "room R205" and "flight THB205". */
const start = String.raw`(?<![\p{L}\d])(?<!(?<!\p{L})(?:[Rr]oom|[Rr]oute|[Rr]oad|[Bb]us|[Ll]ine|[Ff]light|[Mm]odel|[Gg]ate|[Ss]ection|[Cc]lass|[Hh]all|[Ll]ab|[Bb]uilding|[Hh]ighway)\s)`;
const currencyCode = new RegExp(String.raw`${start}(?:${currencyCodes}|US)$`, 'u');
const otherCode = new RegExp(String.raw`${start}(?:${otherCodes}|([RN]))$`, 'u');
/** Of rand and naira, since R2, N95 and R22 are no amounts. */
const longAmount = /^(?:\d{3,9}|\d{1,3}(?: \d{3})+)(?![\d\p{L}-])/u;
/** "1,200" and "120.50" */
const amountDigits = /^(?:\d{1,3}(?:,\d{3})+|\d+\.\d\d)(?![\d\p{L}-])/u;
/** Beginnings of words of money. */
const money =
  /(?<!\p{L})(?:cost|pric|pa(?:y|id)|spen[dt]|earn|charg|sell|sold(?!i)|buy|bought|budget|worth|salar|wage|bill|fees?|discount|profit|revenue|money|cash|refund|fare|rent|tax(?!i)|sav(?:e|ing)|owe|total|amount|balance|harga|jumlah|biaya|bayar|pris(?!o)|kost|betal|preci[oa]|prezz|preço|custo|pag[aou]|prix|coût|preis|zahl)/iu;
/** The lengths of what is looked at: a code with the word before it, an amount, a line. */
const maxCode = 24;
const maxAmount = 60;
const maxMoneyLine = 1500;

/** Whether letters directly before digits are a currency: of unclear ones, the line has to speak of money. */
export function isCurrencyBefore(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - maxCode), at);
  if (currencyCode.test(before)) return true;
  const digits = text.slice(at, at + maxAmount);
  const code = otherCode.exec(before);
  if (code === null) return false;
  if (amountDigits.test(digits)) return true;
  if (code[1] !== undefined && !longAmount.test(digits)) return false;
  const line = text.slice(text.lastIndexOf('\n', at) + 1).split('\n', 1)[0] as string;
  return money.test(line.slice(0, maxMoneyLine)) || /^[\s*]*RM\d{1,9}[\s*.!]*$/.test(line);
}
