import { applyRules } from '../texts/apply-rules.js';
import type { Choices, FoundChoice, Mention } from './choices.js';
import { findBareLetters, findTextMentions, findWrappedLetters } from './find-choice-mentions.js';
import { isFaintlyPraised, readStance, type Stance } from './read-stance.js';
import { weighsAll } from './find-conclusion.js';
import { isLetteredSubject, isPredicate, readRank } from './read-remark.js';
import { aside, ofIndices } from './read-stated-choice.js';

/** "While A looks good, B is right": the clause that only concedes something. */
const concession =
  /(?<=^|[.!?\n]\s{0,2})(?:while|although|though|even\sthough|contrary\sto|in\scontrast\sto|despite|unlike|whereas|obwohl|während|bien\sque|even\sif|auch\swenn|même\ssi|anche\sse|si\sbien|ainda\sque|mesmo\sque|aunque|sebbene|embora|хотя|虽然|尽管|in\sspite\sof|malgré|en\sdépit\sd[eu']|trotz|a\spesar\sde|pese\sa|nonostante|malgrado|apesar\sd[eoa]s?|ondanks|pomimo|несмотря\sна|between|of)\s?[^.;\n,]{1,200},/giu;

/** "Trotz des positiven Anfangs ist sie negativ": German ends it with the verb, not a comma. */
const verbConcession =
  /(?<=^|[.!?\n]\s{0,2})trotz\s[^.;\n,]{1,120}?(?=\s(?:ist|sind|bleibt|bleiben|war|waren|wirkt|fällt)\s)/giu;

/** A remark in brackets; "(B) 4" and "(option B)" are none. */
const bracketed = /\((?=[^()\n]{12,300}\))(?![A-Z]\b)(?!options?\s[A-Z]\b)[^()\n]*\)/g;

/** A part of a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface JudgedMention extends Mention {
  readonly stance: Stance;
}

/** A text, and the choices that it weighs. */
interface Discussion {
  readonly text: string;
  readonly choices: Choices;
  readonly mentions: readonly JudgedMention[];
  /** Those that are not rejected and, where there are others, not ranked behind. */
  readonly kept: readonly Mention[];
  /** Those of them that are in no aside. */
  readonly main: readonly Mention[];
}

/** In this order: the first rule that finds an answer decides. */
const rules: readonly ((discussion: Discussion) => FoundChoice | undefined)[] = [
  readChosen,
  readRunnersUp,
  ({ kept }) => (kept.length === 0 ? { kind: 'none' } : findSingle(kept)),
  readScores,
  ({ main }) => findSingle(main),
  ({ text, kept }) => findSingle(kept.filter((mention) => isEmphasized(text, mention))),
  ({ text, main }) => findSingle(main.filter((mention) => isSentenceEnd(text, mention))),
  readLastSentence,
];

/** What running text mentions: what it chooses, or else all that it does not reject. */
export function findMentioned(text: string, choices: Choices): FoundChoice {
  const discussion = readDiscussion(text, choices);
  return applyRules(rules, discussion) ?? ofMentions(discussion.kept);
}

function ofMentions(mentions: readonly Mention[]): FoundChoice {
  return ofIndices(mentions.map(({ index }) => index));
}

/** The choice that all of the mentions name. */
function findSingle(mentions: readonly Mention[]): FoundChoice | undefined {
  const found = ofMentions(mentions);
  return found.kind === 'found' ? found : undefined;
}

function readDiscussion(text: string, choices: Choices): Discussion {
  const asides = [aside, bracketed, concession, verbConcession].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: said }) => ({
      start: index,
      end: index + said.length,
    })),
  );
  const mentions = judgeMentions(text, choices, asides);
  // What is rejected after it was mentioned is out.
  const isOut = ({ position, index }: Mention): boolean =>
    mentions.some(
      (later) => later.stance === 'rejected' && later.index === index && later.position > position,
    );
  const named = mentions.filter((mention) => mention.stance === 'mentioned' && !isOut(mention));
  const leading = named.filter((mention) => !isRankedBehind(text, mention));
  const kept = leading.length > 0 ? leading : named;
  const main = kept.filter((mention) => !isWithin(asides, mention));
  return { text, choices, mentions, kept, main };
}

/** The mentions that stand out, and the bare letters where those choose nothing. */
function judgeMentions(
  text: string,
  choices: Choices,
  asides: readonly Span[],
): readonly JudgedMention[] {
  // "Since n is even, it must be C": the aside ends at its comma.
  const clauses = asides.map(({ start, end }) => {
    const [clause = ''] = text.slice(start + 2, end).split(', ', 1);
    return { start, end: start + 2 + clause.length };
  });
  const judge = (mention: Mention): JudgedMention => {
    const stance = readStance(text, mention);
    const isConceded = stance === 'chosen' && isWithin(clauses, mention);
    return { ...mention, stance: isConceded ? 'mentioned' : stance };
  };
  const strong = withJoined(text, choices, [
    ...findWrappedLetters(text, choices),
    ...findTextMentions(text, choices.texts),
  ]).map(judge);
  const bare = findBareLetters(text, choices).map(judge);
  // "Options A and B are wrong. Therefore, C."
  if (strong.every(({ stance }) => stance === 'rejected')) return [...strong, ...bare];
  if (strong.some(({ stance }) => stance === 'chosen')) return strong;
  // "It says (D), but C works": what is chosen counts, whether it stands out or not.
  const chosen = bare.filter(({ stance }) => stance === 'chosen');
  return findSingle(chosen) === undefined ? strong : [...strong, ...chosen];
}

/** The last choice that is chosen, or all where the text says so of them: "B and C are both correct." */
function readChosen({ text, mentions }: Discussion): FoundChoice | undefined {
  const chosen = mentions.filter(({ stance }) => stance === 'chosen');
  if (chosen.length === 0) return undefined;
  const last = chosen.reduce((a, b) => (b.position >= a.position ? b : a));
  if (!jointVerdict.test(text.slice(last.end, last.end + 24))) {
    return { kind: 'found', index: last.index };
  }
  return ofMentions(mentions.filter(({ stance }) => stance !== 'rejected'));
}

/** "Jupiter is the largest. Saturn (B) is second": where only letters are known, any may be meant. */
function readRunnersUp({ text, choices, mentions }: Discussion): FoundChoice | undefined {
  const [first] = mentions;
  if (first === undefined || choices.texts.length > 0) return undefined;
  const isRemark =
    mentions.every((mention) => isRankedBehind(text, mention)) &&
    /[.!?;]\s|\n/.test(text.slice(0, first.position));
  return isRemark ? ofIndices([...Array(choices.letterCount).keys()]) : undefined;
}

function isRankedBehind(text: string, mention: Mention): boolean {
  return readRank(text, mention) === 'behind';
}

/** What the last sentence names alone is what the text comes to, unless it only adds to what was said. */
function readLastSentence({ text, mentions, main }: Discussion): FoundChoice | undefined {
  const start = [...text.trimEnd().matchAll(/[.!?。](?=\s)|\n/g)].at(-1)?.index ?? 0;
  const ending = main.filter(({ position }) => position > start);
  const last = findSingle(ending);
  if (last === undefined || start === 0) return undefined;
  if (/\b(?:could|may|might|maybe|perhaps|possibly)\b/i.test(text.slice(start))) return undefined;
  if (ending.some(({ end }) => isFaintlyPraised(text.slice(end)))) return undefined;
  const isEarlier = ({ position }: Mention): boolean => position < start;
  const isOther = ({ index }: Mention): boolean => index !== ending[0]?.index;
  const isAside =
    ending.some((one) => readRank(text, one) !== undefined || isLetteredSubject(text, one)) &&
    main.some((one) => isEarlier(one) && isPredicate(text, one));
  // "Option A ... . Option B ... . Option C ... .": the last one that is discussed need not be the answer.
  const isDiscussed =
    ending.some((one) => opensSentence(text, one)) &&
    mentions.some((one) => isEarlier(one) && isOther(one) && opensSentence(text, one));
  // "The Red Planet is Mars. Its neighbor is Earth.": the first one is stated, too.
  const from = start + 1;
  const isStated = ending.some(
    (one) =>
      isStatedAtEnd(text, one) ||
      weighsAll(text.slice(from), { ...one, position: one.position - from, end: one.end - from }),
  );
  const isStatedBefore =
    !isStated &&
    main.some((one) => isEarlier(one) && isOther(one) && isStatedAtEnd(text.slice(0, start), one));
  return isAside || isDiscussed || isStatedBefore ? undefined : last;
}

/** "The text is in French.": the choice ends a sentence that has no other. */
function isStatedAtEnd(text: string, { position, end }: Mention): boolean {
  return (
    /(?<!\p{L})(?:is|are|ist|sind|est|sont|es|son|è|sono|é|são)\s(?:(?:in|as|en|auf|als|em)\s)?(?:(?:the|der|die|das|le|la|el|il|lo|o|a|an|ein|eine|un|une|una|um|uma)\s)?[*"'`(]{0,4}$/iu.test(
      text.slice(Math.max(0, position - 24), position),
    ) && /^[*"'`)]{0,4}\s{0,2}(?:$|[.!?。]|\n)/.test(text.slice(end))
  );
}

/** "Option B addresses ...", "**B)** addresses ...": a sentence that is about its choice. */
function opensSentence(text: string, { position }: Mention): boolean {
  const before = text.slice(Math.max(0, position - 24), position);
  return /(?:^|[.!?;]\s{1,2}|\n)[\s*_"'`(#>-]{0,6}(?:(?:the\s)?(?:options?|choices?|answers?)\s)?[*_"'`(]{0,4}$/i.test(
    before,
  );
}

/** "The tone is **negative**, with nothing positive in it." */
function isEmphasized(text: string, { position, end }: Mention): boolean {
  return text.slice(position - 2, position) === '**' && text.slice(end, end + 2) === '**';
}

/** "..., the capital of France is Paris." */
function isSentenceEnd(text: string, { position, end }: Mention): boolean {
  return (
    /\s(?:is|are|ist|est|es|è|é|jest)\s[*"'`(]{0,4}$/.test(
      text.slice(Math.max(0, position - 12), position),
    ) && /^[*"'`)]{0,4}[.!]?\s{0,4}(?:$|\n)/.test(text.slice(end, end + 12))
  );
}

/** Of choices with a probability each, "neutral (0.61), positive (0.22)", the likeliest. */
function readScores({ text, kept }: Discussion): FoundChoice | undefined {
  const scores = kept.map(({ end }) => {
    const score = /^[\s"'*`)]{0,4}[(:=-]\s?(\d{0,3}(?:\.\d{1,6})?)\s?(%?)[)\s,;.}]/.exec(
      `${text.slice(end, end + 20)} `,
    );
    return score?.[1] && (score[2] === '%' || score[1].includes('.')) ? Number(score[1]) : -1;
  });
  const highest = Math.max(...scores);
  const likeliest = kept.filter((_, at) => scores[at] === highest);
  const isScored = scores.every((score) => score >= 0);
  return isScored && likeliest.length === 1 ? ofMentions(likeliest) : undefined;
}

function isWithin(spans: readonly Span[], { position }: Mention): boolean {
  return spans.some(({ start, end }) => position >= start && position < end);
}

/** "B and C are both correct." */
const jointVerdict = /^[)\]}*`"$]{0,4}\sare\s(?:both|all|equally)\s/;
const joiner =
  /^[)\]}*`"$]{0,4}(?:,\s?(?:and\s|or\s)?|\s(?:and|or|und|oder|et|ou|y|o|e|&)\s|、|和)/u;

/** "Options B and C" mentions C as much as B. */
export function withJoined(
  text: string,
  choices: Choices,
  mentions: readonly Mention[],
): readonly Mention[] {
  const bare = findBareLetters(text, choices);
  const all = [...mentions];
  for (const { end } of all) {
    const gap = joiner.exec(text.slice(end, end + 12))?.[0].length;
    const next = bare.find(({ position }) => position === end + (gap ?? -1));
    if (next !== undefined && all.every(({ position }) => position !== next.position)) {
      all.push(next);
    }
  }
  return all;
}
