import type { Choices, FoundChoice } from './choices.js';
import {
  findBareLetters,
  findTextMentions,
  findWrappedLetters,
  isFaintlyPraised,
  readStance,
  type Mention,
} from './find-choice-mentions.js';
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

/** What running text mentions: what it chooses, or else all that it does not reject. */
export function findMentioned(text: string, choices: Choices): FoundChoice {
  const strong = withJoined(text, choices, [
    ...findWrappedLetters(text, choices),
    ...findTextMentions(text, choices.texts),
  ]);
  const asides = [aside, bracketed, concession, verbConcession].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: span }) => ({ index, span, length: span.length })),
  );
  // "Since n is even, it must be C": the aside ends at its comma.
  const clauses = asides.map(({ index, span }) => {
    const [clause = ''] = span.slice(2).split(', ', 1);
    return { index, length: 2 + clause.length };
  });
  const read = (mentions: readonly Mention[]) =>
    mentions.map((mention) => {
      const stance = readStance(text, mention);
      const isConceded = stance === 'chosen' && isWithin(clauses, mention);
      return { mention, stance: isConceded ? ('mentioned' as const) : stance };
    });
  const strongStances = read(strong);
  // "Options A and B are wrong. Therefore, C."
  const isAllRejected = strongStances.every(({ stance }) => stance === 'rejected');
  // "It says (D), but C works": what is chosen counts, whether it stands out or not.
  const bare = read(findBareLetters(text, choices));
  const bareChosen = bare.filter(({ stance }) => stance === 'chosen');
  const isSingle = new Set(bareChosen.map(({ mention }) => mention.index)).size === 1;
  const hasChosen = strongStances.some(({ stance }) => stance === 'chosen');
  const further = isAllRejected ? bare : isSingle && !hasChosen ? bareChosen : [];
  const stances = [...strongStances, ...further];
  const chosen = stances.filter(({ stance }) => stance === 'chosen');
  if (chosen.length > 0) {
    const last = chosen.reduce((a, b) => (b.mention.position >= a.mention.position ? b : a));
    if (!jointVerdict.test(text.slice(last.mention.end, last.mention.end + 24))) {
      return { kind: 'found', index: last.mention.index };
    }
    const joint = stances.filter(({ stance }) => stance !== 'rejected');
    return ofIndices(joint.map(({ mention }) => mention.index));
  }
  // What is rejected after it was mentioned is out.
  const isOut = ({ position, index }: Mention): boolean =>
    stances.some(
      ({ mention, stance }) =>
        stance === 'rejected' && mention.index === index && mention.position > position,
    );
  const named = stances
    .filter(({ mention, stance }) => stance === 'mentioned' && !isOut(mention))
    .map(({ mention }) => mention);
  const isBehind = (mention: Mention): boolean => readRank(text, mention) === 'behind';
  // "Jupiter is the largest. Saturn (B) is second": where only letters are known, any may be meant.
  const isRemark =
    stances.length > 0 &&
    stances.every(({ mention }) => isBehind(mention)) &&
    /[.!?;]\s|\n/.test(text.slice(0, stances[0]?.mention.position));
  if (isRemark && choices.texts.length === 0) {
    return ofIndices([...Array(choices.letterCount).keys()]);
  }
  const leading = named.filter((mention) => !isBehind(mention));
  const kept = leading.length > 0 ? leading : named;
  const all = ofIndices(kept.map(({ index }) => index));
  if (all.kind !== 'ambiguous') return all;
  const scored = readScores(text, kept);
  if (scored !== undefined) return { kind: 'found', index: scored };
  const main = kept.filter((mention) => !isWithin(asides, mention));
  const stated = ofIndices(main.map(({ index }) => index));
  if (stated.kind === 'found') return stated;
  const emphasized = ofIndices(
    kept.filter((mention) => isEmphasized(text, mention)).map(({ index }) => index),
  );
  if (emphasized.kind === 'found') return emphasized;
  const concluded = ofIndices(
    main.filter((mention) => isSentenceEnd(text, mention)).map(({ index }) => index),
  );
  if (concluded.kind === 'found') return concluded;
  // What the last sentence names alone is what the text comes to.
  const end = [...text.trimEnd().matchAll(/[.!?。](?=\s)|\n/g)].at(-1)?.index ?? 0;
  const ending = main.filter(({ position }) => position > end);
  const last = ofIndices(ending.map(({ index }) => index));
  const isAside =
    ending.some((one) => readRank(text, one) !== undefined || isLetteredSubject(text, one)) &&
    main.some((one) => one.position < end && isPredicate(text, one));
  const isFaint = ending.some((one) => isFaintlyPraised(text.slice(one.end)));
  const isHedged = /\b(?:could|may|might|maybe|perhaps|possibly)\b/i.test(text.slice(end));
  // "Option A ... . Option B ... . Option C ... .": the last one that is discussed need not be the answer.
  const isDiscussed =
    ending.some((mention) => opensSentence(text, mention)) &&
    stances.some(
      ({ mention }) =>
        mention.position < end &&
        mention.index !== ending[0]?.index &&
        opensSentence(text, mention),
    );
  // "The Red Planet is Mars. Its neighbor is Earth.": the first one is stated, too.
  const isStatedHere = ending.some(
    (mention) =>
      isStatedAtEnd(text, mention) ||
      weighsAll(text.slice(end + 1), {
        ...mention,
        position: mention.position - end - 1,
        end: mention.end - end - 1,
      }),
  );
  const isStatedBefore = main.some(
    (mention) =>
      !isStatedHere &&
      mention.position < end &&
      mention.index !== ending[0]?.index &&
      isStatedAtEnd(text.slice(0, end), mention),
  );
  const isLast = !isHedged && !isAside && !isFaint && !isDiscussed && !isStatedBefore;
  return last.kind === 'found' && end > 0 && isLast ? last : all;
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
function readScores(text: string, mentions: readonly Mention[]): number | undefined {
  const scores = mentions.map(({ end }) => {
    const score = /^[\s"'*`)]{0,4}[(:=-]\s?(\d{0,3}(?:\.\d{1,6})?)\s?(%?)[)\s,;.}]/.exec(
      `${text.slice(end, end + 20)} `,
    );
    return score?.[1] && (score[2] === '%' || score[1].includes('.')) ? Number(score[1]) : -1;
  });
  const highest = Math.max(...scores);
  const isScored = scores.every((score) => score >= 0);
  const isSingle = scores.filter((score) => score === highest).length === 1;
  return isScored && isSingle ? mentions[scores.indexOf(highest)]?.index : undefined;
}

function isWithin(
  parts: readonly { readonly index: number; readonly length: number }[],
  { position }: Mention,
): boolean {
  return parts.some(({ index, length }) => position >= index && position < index + length);
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
