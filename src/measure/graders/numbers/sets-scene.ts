import type { FoundNumber } from './find-numbers.js';

/** Before a number that something else is measured by. */
const setting =
  /(?:\b(?:out of|of|than|per|every|each|after|within|during|over|across|among|between|from|by|at|for|in|on|en|em|w|für|pour|para|por|voor|dla|för|durante|während|pendant|selama|trong|dalam|på|inom|with|into|to all|divided by|times|the (?:first|last|other|next)|all)|(?<!\p{L})за|以内)\s(?:(?:the|a|these|those|about|all|his|her|their|its|both)\s)?(?:original\s|initial\s)?(?:[$€£]\s?)?$/iu;
/** "5 van de 12", "5 pommes sur les 12": the whole that a part is taken from. */
const partOf =
  /\d\s(?:\p{L}{1,15}\s){0,4}(?:von|van|z|ze|spośród|sur|su|из|av|fra|din|de|dei|delle|des|dos|das)\s(?:den|de|insgesamt|les|las|los|the|totalt)?\s?$/iu;
/** "Sur les 24 élèves, 14 ...": the whole comes first. */
const wholeFirst =
  /^[\s*_]{0,4}(?:sur|von|van|de|dei|delle|degli|dos|das|из|av|af|z)\s(?:den|de|les|los|las)?\s?$/iu;
/** "24人のうち14人", "24 öğrenciden 14'ü": and the word for it after it. */
const wholeOf =
  /^\s?(?:[人名個个本枚명][^\d\s,。]{0,6}?(?:のうち|中)(?=\D{0,14}\d)|명\s?중(?=\D{0,14}\d)|\p{L}{2,15}[dt][ea]n\s(?=[^\d]{0,3}\d))/u;
/** "a total of 14" and "lasts for 3 weeks" state what they name. */
const statingSetting =
  /\b(?:total|sum|average|mean|rate|price|cost|profit|loss|speed|age|distance|amount|number|result|value|difference|balance|maximum|minimum|combined|lasts?|lasted|equal|reduces?|simplif(?:y|ies)|comes?|amounts?|evaluates?|adds?\sup|sums?)\s(?:up\s|out\s)?(?:for|of|at|to|with)\s(?:about\s)?(?:[$€£]\s?)?$/i;
const settingAfter =
  /^\s?(?:%\sof\s|of\s(?!the\sanswer|(?:the\s|all\s|these\s)?\d)|each\b|per\b|apiece\b|times\s(?:as|more)|\/|\p{L}{3,9}\s(?:from now|later|ago|earlier)\b)|^\s?(?:(?:小时|分钟|天|年)(?:内|里|后)?|(?:時間|分|日)で|(?:시간|분|일)\s?(?:동안|에)|(?:घंटे|दिन|मिनट)\sमें|saatte|günde|dakikada)(?=\D{0,12}\d)/iu;
/** "32, 8 more than Anna", "21本,比小明多3本": by how much something else differs. */
const comparedAfter =
  /^\s(?:\p{L}{1,15}\s)?(?:more|fewer|less|mehr|weniger|de\splus|de\smoins|más|menos|a\smais|a\smenos|più|meno|in\spiù|больше|меньше|więcej|mniej|meer|minder)(?:,?\s(?:\p{L}{1,15}\s)?(?:than|als|que|di|do|rispetto|чем|niż|dan)(?!\p{L})|\s?$)/iu;
const comparedBefore = /,\s?比[^\d,。]{1,20}[多少高低大小长短重轻贵快慢早晚]了?\s?$/u;

/** Whether a number only says out of how many, after how long or how big something else is. */
export function setsScene(text: string, number: FoundNumber, isConclusion: boolean): boolean {
  const { start, end, adjectival } = number;
  if (adjectival || settingAfter.test(text.slice(end, end + 28))) return true;
  const before = text.slice(Math.max(0, start - 32), start);
  if (/\bas\sof\s$/i.test(before)) return true;
  const isAppended =
    /,\s(?:(?:на|o|um|also|donc|soit|quindi|cioè|so)\s)?$/iu.test(before) &&
    comparedAfter.test(text.slice(end, end + 48));
  if (isAppended || comparedBefore.test(before)) return true;
  if (partOf.test(before) || wholeFirst.test(before)) return true;
  if (wholeOf.test(text.slice(end, end + 28))) return true;
  if (!setting.test(before) || statingSetting.test(before)) return false;
  return isConclusion || !isYear(text.slice(start, end));
}

/** "In 2024" may set the scene, and may be the answer. */
function isYear(text: string): boolean {
  return /^(?:1[5-9]|20)\d\d$/.test(text);
}
