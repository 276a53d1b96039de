import type { Mention } from './choices.js';

/** What a text says of a choice that it mentions. */
export type Stance = 'chosen' | 'rejected' | 'mentioned';

const deniedBefore =
  /(?:(?<!\p{L})(?:(?:not|never)\s(?:call|describe|label|classify|rate|consider)\s(?:it|this|that)(?:\sas)?|(?:not|nor|never|than|unlike|nicht|pas|ni)(?:\sin)?|cannot|neither|no|(?:case|argument)\s(?:can|could|might)\s(?:also\s)?be\smade\sfor|(?:case|argument)\sfor|instead of(?: in)?|rather than(?: in)?|against|doubt\s(?:it's|it\sis|that\sit's)|if\sit\swere|exclude[sd]?|(?:leave|leaving|left)\sout|skip|drop|discard(?:ed)?|reject(?:s|ed)?|rul(?:e|es|ed|ing) out|eliminat(?:e|es|ed|ing)|kein|jamás|statt|в отличие от|не)|n't(?: be)?(?: in)?|不是|不选|并非)\s?(?:(?:option|choice|answer|the|an?|either|both|just|only|be|es|est|ist|é|la|die|das|\(?[A-Z][):])\s){0,3}[([{*`"$]{0,4}$/iu;
const rejectedAfter =
  /^[)\]}*`"$:]{0,4}(?:\s\([^()]{0,60}\))?(?:\s(?!(?:because|since|as|and|but|while|whereas|if|that|which|for|car|weil|porque)\s)\p{Ll}{2,15}){0,2}?\s(?:(?:is|are|was|were|seems?|looks?|would\sbe|can\sbe|may\sbe|sounds?|might\sbe|ist|sind|est|sont|es|son|è|sono|é|está|están|estão|są|jest|são)\s(?:also\s|only\s|very\s|quite\s|simply\s|clearly\s|just\s|definitely\s|certainly\s|probably\s|obviously\s|actually\s|therefore\s|likely\s|the\s|an?\s|both\s|all\s|almost\s){0,3}(?:not|wrong|incorrect|false|too|less|ruled|eliminated|excluded|tempting|close(?!st)|half|partly|partially|distractor|invalid|out|off|never|implausible|unlikely|irrelevant|impossible|weaker|worse|second|common|falsch|fau(?:x|sse)|fals[oa]s?|incorrec?t[ao]s?|equivocad[ao]s?|errad[ao]s?|sbagliat[ao]|errone[ao]|błędn[aey]|niepoprawn[aey]|nieprawidłow[aey]|onjuist|fout|verkeerd)|(?:almost(?!\p{L})|isn't|aren't|wasn't|doesn't|does\snot|do\snot|don't|cannot|can't|fails?|ignores?|repeats?|misses|lacks?|contradicts?|confuses?|overlooks?|violates?|(?:trifft|treffen|stimmt|stimmen|passt|passen)\snicht)(?!\p{L}))/u;
/** "A, B and D can be ruled out": each of those that are joined. */
const ruledOut =
  /^[)\]}*`"$]{0,4}(?:,\s[([{*`"$]{0,4}[A-J][)\]}*`"$]{0,4}){0,8},?\s(?:and|or|und|et|y|e)\s[([{*`"$]{0,4}[A-J][)\]}*`"$]{0,4}\s(?:can|could|may|must|should|are|were)\s(?:all\s|both\s|be\s|therefore\s|easily\s){0,2}(?:ruled\sout|eliminated|excluded|discarded|rejected|wrong|incorrect|false)|^[)\]}*`"$]{0,4}(?:,\s[A-J]){0,8},?\sand\s[A-J]\s(?:both\s|all\s)?(?:contradict|ignore|confuse|fail|miss|lack|overlook|overstate|understate|violate|do\snot|don't|cannot|can't)(?!\p{L})|^[)\]}*`"$]{0,4}(?:,\s[A-J]){0,8},?\s(?:und|et|y|e)\s[A-J]\s(?:(?:treffen|stimmen|passen)\snicht|ne\s\p{L}{2,20}\spas|n'\p{L}{2,20}\spas|(?:sind|sont|son|sono|são)\s(?:alle\s|beide\s|tou(?:s|tes)\s|todas\s|tutte\s)?(?:falsch|faux|fausses|incorrec?t[ae]s|falsas|errate|sbagliate|erradas))(?!\p{L})/u;
const chosenAfter =
  /^[)\]}*`"$:]{0,4}(?:\s\([^()]{0,60}\))?\s?(?:(?:is|are|was|were|seems?|looks?|must\sbe|has\sto\sbe|ist|sind|est|sont|es|son|è|sono|é|são)\s(?:also\s|clearly\s|indeed\s|therefore\s|thus\s|both\s|fully\s|completely\s|entirely\s|the\s(?:only\s)?|most\s){0,3}(?:correct|right|best|better|superior|stronger|closest|true|answers?|one|ones|it|richtig|korrekt|correctas?|correct[aeo]s?|giust[ao]|bonne|vraie?|wahr|verdader[ao]|ver[ao]|верно|fits?|valid)(?!\p{L})|is[.!]?\s{0,3}$|[:→]?\s?(?:✅|✓|✔)|[:→]\s?(?:yes|right|correct|true)(?!\p{L})|\((?:correct|right|true)\)|(?:actually\s|really\s)?works(?!\p{L})|fits\b|wins\b|(?:is|was)\smeant(?=[*_]{0,2}(?:[.,;!]|$))|remains(?=[*_]{0,2}(?:[.!]|$))|(?:trifft\szu|treffen\szu|stimmt|stimmen)(?!\p{L}|\s(?:nicht|nur))|does(?=[*_]{0,2}(?:[.,;!]|$))|it\sis\b|是正确|正确|が正解|が正しい)/iu;
const chosenBefore =
  /(?:(?:\b(?:(?:the|this)\s(?:statement|claim|assertion|hypothesis|proposition)\s(?:is|was)(?:\s(?:therefore|thus|clearly|actually|in\sfact))?|(?:it\sis|it's)(?:\s(?:actually|really|in\sfact|clearly|definitely))?|(?:it|that)\sshould\sbe|it\smust\sbe|must\sbe|has\sto\sbe|(?:that|this|which)\smakes|leaves|leaving|left\swith|keep|definitely|clearly|(?:therefore|thus|hence|so),?|conclude|prefer|supports|points\sto|would\sbe)|[→⇒])\s(?:with\s|option\s|choice\s)?[([{*`"$]{0,4}|(?:因此|所以|故|したがって|よって|따라서|그러므로)[,、]?\s?(?:应该?)?(?:是|为|属于)?["「'*]{0,3})$/iu;

/** "It refers to the trophy.", as a clause of its own: what a question about a word asks for. */
const referringBefore =
  /(?:^|[.!?;:,]\s{1,2}|\n)[*_\s]{0,4}(?:(?:so|thus|therefore|hence|here|clearly|also|daher|hier|ici|donc|aquí|qui|quindi|aqui|portanto),?\s)?(?:(?:the|das|le|la|el|il|o|a)\s)?(?:(?:pronoun|word|term|phrase|pronomen|wort|pronom|mot|pronombre|palabra|pronome|parola|palavra)\s?)?(?:[*_]{0,3}["'«»„“”]\s?[*_]{0,3}\p{L}{1,15}[*_]{0,3}\s?["'«»“”][*_]{0,3}|(?:it|she|he|they|es|er|sie|il|elle|ella))?\s?(?:here\s|hier\s|ici\s|aquí\s|qui\s)?(?:refers\sto|is\sreferring\sto|stands\sfor|bezieht\ssich\sauf|steht\sfür|se\s(?:réfère|rapporte)\sà|fait\sréférence\sà|renvoie\sà|désigne|se\srefiere\sa|si\sriferisce\sa|refere-se\sa|se\srefere\sa)\s(?:(?:the|den|die|das|le|la|el|il|lo|o|a)\s|l')?["'*`(]{0,4}$/iu;
/** "At first, it refers to Mary": which one is meant is still open. */
const openReferent =
  /(?<!\p{L})(?:if|suppos\p{L}*|assum\p{L}*|some|many|others|think|thinks|unlikely|doubt|nobody|no\sone|could|might|may|first|initially|second|later|earlier|wenn|manche|viele|zuerst|si(?!\sriferisce)|certains|d'abord|algunos|primero|alcuni|prima)(?!\p{L})[^.;!?\n]{0,80}$/iu;
const referentEnd =
  /^["'*`)]{0,4}(?:[.,;:!]|\s{0,2}$|\s-\s|\s(?:because|since|as|weil|da|car|porque|perché)\s)/iu;
/** "The trophy is too big" says why, where "positive is too strong" rejects a label. */
const nounPhrase = /^(?:the|an?|der|die|das|le|la|les|el|los|las|il|lo|gli)\s/i;
const tooMuch =
  /^["'*`)]{0,4}\s(?:is|are|was|were|ist|est|es|è|é)\s(?:too|zu|trop|demasiado|troppo)\s\p{L}/iu;

/** "not endothermic (B)", "not to persuade (B) or entertain (C)" */
const deniedText =
  /\b(?:not|rather\sthan|nicht|pas)\s(?:to\s|the\s|an?\s)?(?:\p{L}{2,20}\s){1,3}(?:\([A-J]\)\s(?:or|nor|oder|ou|o)\s(?:to\s)?(?:\p{L}{2,20}\s){1,3})?$/iu;
/** "(A) exothermic? No, ..." */
const asked = /^[)\]*]{0,3}(?:\s[\p{L}\d-]{1,20}){1,4}\?\s(?:no|nope|nein|non|нет)(?!\p{L})/iu;
/** "Only D is not": what is singled out is the answer, whatever is said of it. */
const singledOut = /(?:^|[.!?:;]\s|\bso\s)only\s(?:option\s|choice\s)?[([{*`"$]{0,4}$/i;
/** "B violates the law. D does not, and is therefore the answer." */
const concludedAfter =
  /^[)\]}*`"$]{0,4}\s(?:does|is|has)\snot,?\s(?:and|so)\s(?:it\s)?(?:is\s)?(?:therefore|thus|hence)\s(?:the|correct|right)/i;
/** "no positive words", "nothing neutral", "sans aucun élément négatif": a word that is denied. */
const lacking =
  /(?<!\p{L})(?:nor\s(?:(?:is|was)\s(?:it|this|that)\s)?(?:\p{L}{2,12}ly\s)?$|(?:no|nothing|without|neither|lacks?|keine?[nrms]?|ohne|sans|aucune?|sin|ningún|ninguna|senza|nessuna?|sem|nenhuma?|geen|zonder|bez|без|hiçbir|(?:没有|无)(?:任何|一点|丝毫|明显的?)?)\s?(?!(?:(?:any|a|jeden)\s)?(?:doubt|question|hesitation|zweifel|doute|duda|dubbio|dúvida|twijfel|сомнени))(?:\p{L}{2,12}\s){0,2}(?:\p{L}{1,12}\s(?:or|nor|oder|ou|o|ni)\s)?$)/iu;
/** "mostly positive": the one that outweighs the others. */
const outweighs =
  /\b(?:mostly|mainly|predominantly|primarily|largely|leaning(?:\stowards?)?|leans(?:\stowards?)?|overwhelmingly|überwiegend|hauptsächlich|principalmente|plutôt|mayormente)\s[*"]{0,3}$/i;

/** "It's true only for convex functions": what holds under a condition is not what is chosen. */
const onlyIn =
  /^[)\]}*`"$]{0,4}\s(?:only\s(?:for|if|when|in|where|under|at|on|of)|(?:if|when)\sand\sonly)\s/i;

/** "It would be B if the temperature were constant." */
const supposedBefore =
  /\b(?:would|could|might)\s(?:only\s)?(?:have\s)?(?:be|been)\s[([{*`"$]{0,4}$/i;
const conditionAfter = /^[^.;\n]{0,20}\s(?:only\s)?(?:if|unless|had|in|for)\s/i;

/** "C (incorrect)", "C ❌", and "C错误" of one or several. */
const markedWrong =
  /^[)\]}*`"$]{0,4}(?:\s?\((?:incorrect|wrong|false|falsch|faux|falso)\)|\s?\?\s(?:[Nn]o|[Nn]ope|[Nn]ein|[Nn]on|[Нн]ет)(?!\p{L})|\s(?:second|third|last)(?!\p{L})|\sno(?=[,.])|(?:(?:,|\sand|,\sand)\s[A-J]){0,5}\s?[:→]?\s?[❌✗✘]|(?:(?:,|\sand|,\sand)\s[A-J]){0,5}\s?[:→]\s?(?:no|wrong|false|incorrect)(?!\p{L})|(?:[、,和与及と]\s?[A-J]){0,5}(?:选?项)?(?:都|均|也|是|は|が|も|은|는|이|가)?\s?(?:错|不对|非|不正确|不符合|間違|誤り|不正解|틀|오답)|\s(?:неверн|ошибочн|неправильн|yanlış|गलत|خاط|غير\sصحيح))/u;
/** "Falsch: A, B", "排除A、B", "not A or B": the letters before this one share what is said. */
const listedAsWrong =
  /(?:(?<!\p{L})(?:wrong|incorrect|false|falsch|faux|fausses?|falsas?|incorrectas?|неверно)\s?[:：]\s?|错误[:：]\s?|排除|除了|不选|(?<!\p{L})(?:not|(?:after\s)?eliminat(?:ing|es?|ed)|rul(?:ing|es?|ed)\sout|exclud(?:ing|es?|ed)|reject(?:ing|s|ed)?|discard(?:ing|s|ed)?|nicht|neither|no\ses|ni|nie|не)\s)(?:[A-J](?:,?\s(?:and|or|nor|und|oder|ni|o|ou|y|e|lub|или)|[,、和])?\s?){0,6}$/iu;
/** "After eliminating A and B, C remains." */
const leftOver = /^[)\]}*`"$]{0,4}\s(?:remains|is\sleft)(?!\p{L})/u;
/** "B가 아니라 C", "Bではなく", "B değil": the word for "not" comes after. */
const deniedAfter = /^[)\]}*`"$]{0,4}(?:では(?:な|あり)|じゃな|[이가은는]\s?아니|\s?नहीं|\sdeğil)/u;
const deniedElsewhere =
  /(?<!\p{L})(?:ليست|ليس|không\sphải(?:\slà)?|bukan|niet|nie|inte|ikke|ei|nem|não\sé|non\s(?:è|la|è\sla))\s(?:(?:la|o|a|de|het)\s)?[([{*`"$]{0,4}$/iu;
/** "Everything except C" leaves C out, but what rules out everything else leaves it. */
const exception =
  /\b(all|everything|anything|every\s\w{1,10}|none|nothing|no\s\w{1,10})[^.;\n]{0,24}\s(?:but|except(?:\sfor)?|other\sthan|besides|apart\sfrom|save)\s(?:for\s)?(?:option\s|choice\s)?[([{*`"$]{0,4}$/i;
const ruling =
  /\b(?:rul(?:es?|ing|ed)\sout|eliminat|exclud|wrong|incorrect|false|fails?|discard|reject)/i;

/** "non-toxic", "non **toxic**", where no choice is called so. */
export const nonPrefix = /(?<!\p{L})non(?:[^\S\n]|[_-])[*_"'`]{0,3}$/iu;
/** "toxic" and "toxic speech", and not a letter as in "option B". */
const labelText = /^\p{L}{2,}(?:[^\S\n]{1,4}\p{L}{2,}|[_-]\p{L}{2,}){0,3}$/u;

const praise = String.raw`^[)\]}*\x60"$:]{0,4}\s(?:shows|gives|has|states|names|describes|uses|makes|draws|identifies|reaches)\sthe\s(?:right|correct|accurate)\s`;
/** "B shows the right one": what is asked for, and not only a part of it, such as "the right sign". */
const showsRight = new RegExp(String.raw`${praise}one[*_]{0,2}\s{0,2}(?:[.!]|$)`, 'i');
/** "B gives the right units but a wrong value": praise that is taken back, or holds of a part. */
const partlyRight = new RegExp(
  String.raw`${praise}[^.!?\n]{0,80}?\s(?:but|yet|only|except|though|although|however|while|for|at)\s`,
  'i',
);

/** "C is true but irrelevant", "D looks right at first": praise that does not choose. */
const faintAfter =
  /^[)\]}*`"$:]{0,4}\s(?:is|are|was|were|may\sbe|might\sbe|seems?|looks?|appears?|sounds?)\s(?:also\s|both\s|all\s|certainly\s){0,2}(?:(?:(?:true|valid|accurate)|(?:correct|right)(?=\s))(?:\s(?:statements?|facts?|claims?|in\sgeneral|in\sitself|on\s(?:its|their)\sown))?,?\s(?:but|yet|though|although)\s|(?:true|correct|right|plausible|good|best)\s(?:at\sfirst|initially|on\sthe\ssurface)(?!\p{L}))/iu;
/** "A and C are true": none of those that are joined is chosen alone. */
const joinedBefore = /(?<!\p{L})[A-J][)\]}*`"$]{0,4}(?:,?\s(?:and|or|&)|,)\s[([{*`"$]{0,4}$/u;
const jointlyTrue =
  /^[)\]}*`"$]{0,4}\sare\s(?:both\s|all\s)?(?:true|correct|right|valid)(?!\p{L})/iu;
/** What "all ... except" needs to say something of the others: "Everything except C" says nothing. */
const finiteVerb =
  /(?<!\p{L})(?:is|are|was|were|has|have|had|can|could|will|would|do|does|did|must|may|fits?|holds?|works?|appl(?:y|ies)|belongs?|contains?|satisf(?:y|ies)|shows?|match(?:es)?)(?!\p{L})/iu;

/** Whether the text after a choice praises it, and goes on to say why it is not the answer. */
export function isFaintlyPraised(after: string): boolean {
  return faintAfter.test(after.slice(0, 90));
}

/** Whether a sentence says something of all choices except this one. */
export function isException(text: string, { position, end }: Mention): boolean {
  const before = text.slice(Math.max(0, position - 80), position);
  const [after = ''] = text.slice(end, end + 80).split(/[.;\n]/, 1);
  const start = exception.exec(before);
  if (start === null || isSpared(start, before, after)) return false;
  return finiteVerb.test(`${start[0]} ${after}`);
}

/** "None except C", "rules out all but C": what is excepted is the one that is left. */
function isSpared(excepting: RegExpExecArray, before: string, after: string): boolean {
  return /^no/i.test(excepting[1] as string) || ruling.test(`${before} ${after}`);
}

/** Whether the text after a choice praises a part of it, and finds fault with another. */
export function isPartlyRight(after: string): boolean {
  return partlyRight.test(after.slice(0, 160));
}

/** A mention and what stands around it. */
interface Surroundings {
  /** The mention itself, with its brackets or emphasis. */
  readonly named: string;
  /** Whether it names the choice by a text of words, and not by a letter. */
  readonly isLabel: boolean;
  readonly before: string;
  /** To the end of the line. */
  readonly after: string;
  /** More of the text before it. */
  readonly farBefore: string;
}

/** In this order: the first rule that applies decides. What none applies to is only mentioned. */
const stanceRules: readonly (readonly [Stance, (around: Surroundings) => boolean])[] = [
  ['chosen', ({ before, after }) => singledOut.test(before) || concludedAfter.test(after)],
  ['rejected', ({ before, named }) => named.startsWith('(') && deniedText.test(before)],
  ['rejected', ({ before, after }) => asked.test(after) || nonPrefix.test(before)],
  ['rejected', ({ before, isLabel }) => isLabel && lacking.test(before)],
  ['chosen', ({ before, isLabel }) => isLabel && outweighs.test(before)],
  ['chosen', isSparedByException],
  ['rejected', ({ before }) => exception.test(before)],
  ['rejected', isListedAsWrong],
  ['rejected', ({ before, after }) => deniedElsewhere.test(before) || deniedAfter.test(after)],
  ['rejected', ({ after }) => markedWrong.test(after)],
  ['chosen', isReferent],
  ['mentioned', isSubjectOfTooMuch],
  ['rejected', ({ before, after }) => supposedBefore.test(before) && conditionAfter.test(after)],
  ['rejected', ({ before }) => deniedBefore.test(before)],
  ['rejected', ({ after }) => rejectedAfter.test(after) || ruledOut.test(after)],
  ['mentioned', ({ after, isLabel }) => isLabel && onlyIn.test(after)],
  ['mentioned', ({ before, after }) => joinedBefore.test(before) && jointlyTrue.test(after)],
  ['mentioned', ({ after }) => isFaintlyPraised(after)],
  ['chosen', ({ after }) => chosenAfter.test(after) || showsRight.test(after)],
  ['chosen', ({ before }) => chosenBefore.test(before)],
];

/** What the text around a mention says of it. */
export function readStance(text: string, { position, end }: Mention): Stance {
  const named = text.slice(position, end);
  const around = {
    named,
    isLabel: labelText.test(named),
    before: text.slice(Math.max(0, position - 48), position),
    after: text.slice(end, end + 90).split('\n', 1)[0] as string,
    farBefore: text.slice(Math.max(0, position - 160), position),
  };
  return stanceRules.find(([, applies]) => applies(around))?.[0] ?? 'mentioned';
}

function isSparedByException({ before, after }: Surroundings): boolean {
  const excepting = exception.exec(before);
  return excepting !== null && isSpared(excepting, before, after);
}

function isListedAsWrong({ before, after }: Surroundings): boolean {
  const isLeft = leftOver.test(after) && !/\bn?either\b/i.test(before);
  return !isLeft && listedAsWrong.test(before);
}

/** Whether the clause before a mention says that a word refers to it, and does not only suppose so. */
function isReferent({ after, farBefore, isLabel }: Surroundings): boolean {
  return (
    isLabel &&
    referentEnd.test(after) &&
    referringBefore.test(farBefore) &&
    !openReferent.test(farBefore)
  );
}

function isSubjectOfTooMuch({ after, named, isLabel }: Surroundings): boolean {
  return isLabel && tooMuch.test(after) && nounPhrase.test(named);
}
