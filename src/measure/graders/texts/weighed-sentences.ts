import { contrastWords } from './connectives.js';
import { statesSomething } from './split-sentences.js';

/** "Wait, ...", "Non, en fait, ...": what begins a sentence that takes back what was said. */
export const correctionTurn = new RegExp(
  String.raw`(?:[.!?…:;]["')*_\]]{0,3}\s{1,4}|\n\s{0,8}|\s[-–—]{1,2}\s?)[*_(]{0,4}(?:(?:oh|ah|but|mais|aber|pero|ma|mas),?\s)?(?:(?:${[
    String.raw`(?:no|oh|hmm+|but),?\s(?:wait|actually|hold\son|sorry|in\sfact|scratch\sthat)|actually|i\smisread`,
    String.raw`non,?\s(?:en\sfait|attendez|attends|pardon)|en\sfait,?\snon`,
    String.raw`no,?\s(?:en\srealidad|espera|perdón|de\shecho)|en\srealidad`,
    String.raw`nein,?\s(?:eigentlich|moment|warte|tatsächlich|doch\snicht)|eigentlich`,
    String.raw`no,?\s(?:in\srealtà|aspetta|anzi|scusa)|in\srealtà`,
    String.raw`não,?\s(?:na\sverdade|espera|espere|aliás)|na\sverdade`,
  ].join('|')})(?=[,.:;!…]|\s)|(?:${[
    // Words that have another sense where the sentence goes on: "Wait for", "Moment of inertia".
    String.raw`wait|hold\son|hang\son|hmm+|correction|scratch\sthat|on\s(?:second\sthought|reflection)|let\sme\scorrect\s(?:that|myself)`,
    String.raw`attende[zr]|attends|pardon|rectification|espera|un\smomento|corrección|mejor\sdicho`,
    String.raw`moment|warte|halt|korrektur|quatsch|aspetta|anzi|correzione|ripensandoci`,
    String.raw`espere|aliás|correção|pensando\smelhor`,
  ].join('|')})(?=[,.:;!…]|\s[-–—:!]))`,
  'giu',
);

const noun = String.raw`(?:answers?|solution|result|(?:correct|right|best)\s(?:option|choice|one|value|number)|antwort|lösung|ergebnis|réponse|résultat|respuesta|resultado|solución|risposta|risultato|resposta|antwoord)`;

/** "If the answer is B, ...", "to determine whether the answer is A or B", "如果答案是B". */
const supposed = new RegExp(
  [
    String.raw`(?<!\p{L})(?:if|whether|suppos(?:e|ing)|assum(?:e|ing)|imagine|unless|until|wenn|falls|ob|angenommen)\s(?:that\s|dass\s)?(?:[^\s,;:.?!]{1,20}\s){0,3}?${noun}(?!\p{L})`,
    String.raw`(?<!\p{L})(?:si|se|que\ssi)\s(?:la|le|il|el|a|o)\s(?:\p{L}{1,12}\s)?${noun}(?!\p{L})`,
    String.raw`(?<!\p{L})(?:if|should|suppose|could|can)\s(?:I|we|you|one)\s(?!ha(?:d|ve)\sto|must|were)(?:\p{L}{1,12}\s){0,2}(?:choose|chose|pick|select|answer|go\swith|went\swith)`,
    String.raw`${noun}[^.;,:\n]{0,30}\s(?:would|could|might)\s[^.;\n]{0,80}\s(?:if|unless)\s`,
    String.raw`(?:如果|假如|假设|若|是否|もし|仮に|만약|만일)[^。,、!?\n]{0,12}(?:答案|答え|正解|정답|답)`,
  ].join('|'),
  'iu',
);
const named = String.raw`(?:(?!\s(?:so|yet|${contrastWords})\s)[^.!?\n]){0,60}?(?:${noun}|options?|choices?)(?!\p{L})`;
/** Who is said to hold an opinion, in other languages than English. */
export const many = 'manche|viele|certains|beaucoup|algunos|muchos|alcuni|molti|alguns|muitos';
/** "Many would say the answer is A", "At first I thought the answer was A", "Tom says the answer is 5". */
const ascribed = [
  new RegExp(
    String.raw`(?:${[
      String.raw`\b(?:many|some|most|one|people|students?|they|others|beginners?|he|she|you|everyone|the\s(?:student|author|user|teacher|textbook|friend))\s(?:\p{L}{2,12}\s){0,3}?(?:says?|said|thinks?|thought|guess(?:es|ed)?|assumed?|assumes|argue[ds]?|claim(?:s|ed)?|believe[ds]?|insist(?:s|ed)?|expect(?:s|ed)?|concluded?|picks?|chooses?|chose)(?!\p{L})`,
      String.raw`\bI\s(?:\p{L}{2,12}\s)?(?:thought|assumed|guessed|expected)(?!\p{L})`,
      String.raw`\bat\sfirst\s(?:glance|sight|look)|\b(?:misconception|common\s(?:mistake|error|trap)|tempt(?:ing|ed))(?!\p{L})`,
      String.raw`(?<!\p{L})(?:${many})\s(?:\p{L}{2,12}\s){0,2}(?:denken|glauben|meinen|sagen|pens|dir|cre|dic|diz|ach)\p{L}{0,8}(?!\p{L})`,
    ].join('|')})${named}`,
    'iu',
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?!(?:I|We|This|That|It|Which|What)\s)\p{Lu}\p{Ll}{1,15}\s(?:says|said|claims|claimed|thinks|thought|believes|believed|guesses|guessed|answered)(?!\p{L})${named}`,
    'u',
  ),
];
/** What is said after an announcement does not weigh it. */
const announced =
  /(?:answers?|solution|result|antwort|lösung|réponse|respuesta|risposta|resposta|option|choice)(?:\s\p{L}{1,12}){0,3}?(?:\s(?:is|are|was|ist|lautet|est|es|è|é)\s|\s?[:=])/iu;
/** "Is the answer B" without its end. */
const inverted =
  /^[\s*_]{0,4}(?:(?:so|but|then|now),?\s)?(?:is|was|are|could|would|might|may|can|should|ist)\s(?:the|my|this|that|it|die|das)\s/i;
/** "#### 1. Set-up" is a heading. */
const numberedHeading = /^[\s>]{0,4}#{1,6}\s{0,3}[*_]{0,3}\d{1,2}[.):]\s/;

/** Between the noun and the answer, or before both: an answer that is only held to be possible. */
const doubtful = new RegExp(
  [
    String.raw`${noun}(?:(?!\s(?:is|are|was|ist|est|es|è|é)\s)[^.;:\n]){0,30}?(?<!\p{L})(?:might|may|could|would|seems?|appears?|looks\slike|könnte|wäre|serait|pourrait|podría|sería|sarebbe|potrebbe|seria|poderia)(?!\p{L})`,
    String.raw`${noun}\sis\s(?:perhaps|maybe|possibly)(?!\p{L})`,
    String.raw`(?<!\p{L})(?:perhaps|maybe|possibly|vielleicht|peut-être|quizás?|tal\svez|forse|talvez)(?!\p{L})[^.;\n]{0,40}${noun}`,
    // "Answer: 1. Take the ..." may begin to count its steps.
    String.raw`[:：]\s{0,3}[*_]{0,3}1\.[*_]{0,3}[ \t]{1,4}$`,
    String.raw`(?:问题|我猜|也许|可能)[^。\n]{0,12}答案|答案[^。\n]{0,6}(?:可能|也许|或许)`,
  ].join('|'),
  'iu',
);

/** What may be asked for on the way: "(a) The answer is 5.", "the answer to part (b) is". */
const intermediate = [
  /^[\s*_#>-]{0,8}(?:\([a-h]\)|[a-h]\)|[Pp]art\s\(?[A-Ha-h1-9ivx]{1,3}\)?(?![a-z]))/,
  /\banswers?\s(?:to|for|of)\s(?:\(?[a-h]\)|part\b|(?:the\s)?(?:first|second|sub-?)\s?(?:question|part|problem|step)|step\b)|\b(?:intermediate|partial|first)\s(?:answer|result)\b/i,
];

const wrong = String.raw`(?:(?:wrong|incorrect|false)(?!\s\p{L})|impossible|not\s(?:right|correct|possible|true)|an?\s(?:mistake|error))`;
const denial = String.raw`(?:(?:that|this|it)(?:'s|\s(?:is|was|seems|looks|must\sbe|would\sbe))\s(?:\p{L}{2,12}\s){0,2}?${wrong}|(?:that|this)\s(?:isn't|wasn't)\s(?:right|correct|possible|true|it)|(?:that|this)\s(?:contradicts|fails|cannot\sbe|can't\sbe|(?:does\snot|doesn't)\s(?:\p{L}{2,12}\s)?(?:seem|look|make|add|match|work|fit))|(?:no|nope|non|nein)[,.!]|(?:das|dies)\s(?:ist|wäre)\s(?:falsch|nicht\s(?:richtig|korrekt))|c'est\s(?:faux|incorrect)|(?:eso|esto)\ses\s(?:incorrecto|falso)|不对|错了|違う)`;
/** What begins the sentence after an answer that does not stand: "That is wrong." */
const denies = new RegExp(
  String.raw`^[\s*_("]{0,6}(?:(?:but|hmm+|oh|well|however|wait|actually|hold\son)[,.!…\s-]{1,4}){0,3}${denial}`,
  'iu',
);
/** Where a text discards what it has said and starts over. */
const restarts = new RegExp(
  [
    String.raw`\b(?:let\s(?:me|us)|let's|I\s(?:need|have|should|must)(?:\sto)?|I'll|I\swill)\s(?:\p{L}{1,10}\s){0,2}?(?:reconsider|re-?think|re-?compute|re-?calculate|re-?do|re-?examine|re-?evaluate|re-?count|start\s(?:over|again)|try\sagain|revise|correct\s(?:that|this|myself|it))(?!\p{L})`,
    String.raw`\bI\s(?:\p{L}{2,10}\s){0,2}(?:made|have\smade)\san?\s(?:\p{L}{2,12}\s)?(?:mistake|error)\b|\bI\s(?:was|am)\swrong\b|\bmy\smistake\b|\b(?:scratch|strike)\sthat\b`,
    String.raw`\b(?:wait|hmm+|hold\son|actually|oh)[,.:;!…\s-]{1,4}(?:but\s)?${denial}`,
    String.raw`ich\shabe\smich\s(?:geirrt|verrechnet)|je\sme\ssuis\strompé|me\s(?:he\s)?equivo(?:qué|cado)|mi\ssono\ssbagliat|重新(?:计算|考虑)|やり直|計算し直`,
  ].join('|'),
  'giu',
);

/** Whether a sentence only asks for, supposes or ascribes the answer that it announces, or is a heading. */
export function isWeighed(sentence: string): boolean {
  return (
    (/[?？]["')*_\]]{0,3}\s*$/.test(sentence) && !statesSomething(sentence.trim())) ||
    inverted.test(sentence) ||
    [supposed, ...ascribed].some((pattern) => {
      const before = pattern.exec(sentence);
      return before !== null && !announced.test(sentence.slice(0, before.index));
    }) ||
    numberedHeading.test(sentence)
  );
}

/** Whether a sentence holds the answer that it announces to be possible, or is about a part of the task. */
export function isDoubtful(sentence: string): boolean {
  return doubtful.test(sentence) || intermediate.some((pattern) => pattern.test(sentence));
}

/** Whether a sentence denies the one before it. */
export function deniesBefore(sentence: string): boolean {
  return denies.test(sentence);
}

/** Where a text last begins again, so that no answer before stands; -1 where it never does. */
export function findRestart(text: string): number {
  return [...text.matchAll(restarts)].at(-1)?.index ?? -1;
}

/** Where a text last hesitates ("Wait", "Actually"), after which an answer may not stand; or -1. */
export function findHesitation(text: string): number {
  // A word that is cut off behind its end counts like one before a comma.
  return [...`${text},`.matchAll(correctionTurn)].at(-1)?.index ?? -1;
}
