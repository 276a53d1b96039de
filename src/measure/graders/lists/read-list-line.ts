import { divideSpaceless, dropSpacelessEnd, dropTightLabel } from './read-spaceless-list.js';

/** An item of a list, in the readings that it allows: the whole text, or the part before a comment. */
export type ListItem = readonly string[];

/** How the items of a list are told apart. */
export interface ListRules {
  /** What divides a single line. */
  readonly separators: readonly string[];
  /** Whether a text is known to be one item, so that it is not divided further. */
  isItem(text: string): boolean;
  /** Whether "Rome and Paris are not mentioned" lists them; else what is denied is no item. */
  readonly takesDenied?: boolean;
}

/** Longer lists are read up to here. */
export const maxItems = 2000;
/** Conjunctions are looked for up to here. */
const maxLine = 1000;
const maxJoined = 100;
const leadIn =
  /^(?:the|these|they|there|it|here|my|i|all|those|answers?|die|das|es|les?|las?|los|gli|i|os|as)\b[^,;:]{0,80}?\b(?:are|is|were|was|includes?|included|found|mentions|lists|names|contains|shows|sind|ist|sont|est|son|sono|são)\b:?\s/i;
/** What a model says before its list. */
const interjection =
  /^\s{0,20}(sure|certainly|of course|okay|ok|yes|absolutely|great|here you go|claro|natürlich|bien sûr)\s{0,2}[!.,:]\s{1,3}/i;
const negation =
  /(?:n't|(?<!\p{L})(?:not?|nor|without|nicht|keine?n?|ohne|pas|sans|sin|non|senza|não|sem|не|нет|без))(?!\p{L})/iu;
const maxEdge = 300;
const article = /^\s?(?:the|an?|der|die|das|den|les?|la|el|los|las|il|lo|gli)\s/i;
/** "The poem names two trees, ash and oak." */
const counted =
  /^(?:the|there|it|this)\b[^,;:]{0,80}\b(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s\p{L}{2,20}(?:\s\p{L}{2,20})?,\s/iu;
const predicate =
  /^(.{1,100}?)\s(?:(?:are|were|is|was|have|has|had|do|does|did)(?:n't)?|appears?|can|[a-z]{2,12}ed)(?:\s[^,;:]{1,60})?\.?$/;
/** "Rome and Paris are wrong": what a predicate says of items that an answer does not list. */
const denying =
  /(?:n't|(?<!\p{L})(?:not|never|no\slonger|wrong|incorrect|false|invalid|missing|absent|excluded|omitted|unmentioned))(?!\p{L})/iu;
/** What no question asks to list. */
const unmentioned =
  /(?:n't|\snot|\snever)\s(?:been\s)?(?:mentioned|named|listed|included|contained|present|found|given|stated)(?!\p{L})/iu;
/** A predicate of all items, and not of the last alone. */
const denyingAll = /\s(?:are|were|have|do)(?:n't)?\s[^,;:]{1,60}$/;
const only =
  /^(?:only|just|nur|bloß|seulement|seule?|solo|sólo|solamente|apenas|somente|soltanto|только)\s/i;
const conjunction =
  /\s(?:and|&|\/|und|et|y|e|ed|en|och|og|oraz|i|ve|dan|и|та|और|و)\s(?!=)|(?:以及|和|と|및|[과와]\s)/u;
const conjunctions = new RegExp(conjunction, 'gu');
/** Not "y = 2". */
const leadingConjunction = /^\s{0,5}(?:and|or|und|et|y|e|ed|en|oraz|ve|dan|и)\s(?!=)/i;
const enclosed = /^\$?\\?[{([]([^{}()[\]\\]*)\\?[})\]]\$?\.?$/;
const inlineNumber = /(?:^|\s)\(?\d{1,2}[.)]\s/;
const inlineLetter = /(?:^|\s)\(?([A-Za-z])\)\s/g;
/** "**Fruits:** apple, banana". */
export const boldLabel = /^\s{0,20}(?:\*\*|__)[^*_\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):)\s{1,3}/;

/** "**apple, banana**": several items in one emphasis. */
const emphasized =
  /(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,500}?(?:[,;、،]|\s(?:and|und|et|y|e|o|en|&)\s)[^*\n]{1,500})\1(?![\w*])|^__([^_\n]{1,1000})__(?=\.?$)/g;

/** The parts of "1. Rome 2. Paris" and "a) Rome b) Paris"; undefined where a line is not numbered like that. */
export function splitNumbered(line: string): readonly string[] | undefined {
  const letters = [...line.matchAll(inlineLetter)].map(([, letter = '']) => letter);
  const isLettered =
    letters.length > 1 &&
    'abcdefghijklmnopqrstuvwxyz'.startsWith(letters.join('').toLowerCase()) &&
    line.search(inlineLetter) === 0;
  const parts = isLettered
    ? line.replace(inlineLetter, '\n').split('\n')
    : line.split(new RegExp(inlineNumber, 'g'));
  return parts.length > 2 ? parts.filter((part) => part.trim() !== '') : undefined;
}

/** The items of a single line, which separators and "and" divide, without what introduces them. */
export function readLine(line: string, rules: ListRules): readonly ListItem[] {
  const { separators, isItem, takesDenied = false } = rules;
  if (isItem(line)) return [[line.trim()]];
  // A set in Python or LaTeX: {2, 3, 5}.
  const text = line
    .replace(interjection, (said, word: string) => (isItem(word) ? said : ''))
    .replace(boldLabel, '')
    .trim()
    .replace(emphasized, '$2$3')
    .replace(enclosed, '$1');
  // "The cities are: Rome, Paris" and "The cities are Rome and Paris."
  const colon = text.includes(': ') ? text.slice(text.lastIndexOf(': ') + 2) : dropTightLabel(text);
  const listed = colon
    .replace(counted, '')
    .replace(leadIn, '')
    .replace(
      /^(?:mentioned|listed|given|found|named)\s(?:\p{L}{1,12}\s){0,4}?(?:are|is|were|was)\s/iu,
      '',
    )
    .replace(/^(?:both|the following:?)\s/i, '');
  const numbered = splitNumbered(listed);
  if (numbered !== undefined) return numbered.map((one) => [one.replace(/[,;]\s*$/, '')]);
  // "Alice | Bob" and "Alice|Bob", a row of a table without its head, and "• Alice • Bob".
  const mark = ['|', '•', '·', '+'].find((one) => listed.includes(` ${one} `));
  const isDivided = separators.some((one) => listed.includes(one));
  const tight = isDivided ? [] : listed.split('|');
  const pieces =
    mark !== undefined && !isDivided
      ? listed.replace(/^•\s/, '').split(` ${mark} `)
      : tight.length > 1 && tight.some((one) => isItem(one))
        ? tight
        : divideSpaceless(listed, (part) => divide(part, separators, isItem), isItem);
  const isDenied = isDeniedAtEnd(pieces.at(-1) as string, takesDenied);
  // "Fields are missing and keys are invalid" says something of each.
  const isOfAll = pieces.length > 1 && !pieces.slice(0, -1).some((piece) => predicate.test(piece));
  if (isDenied && isOfAll && denyingAll.test(listed)) return [[line]];
  const hasEdges = pieces.length > 1 && !negation.test(listed);
  return pieces.map((piece, index) => {
    const item = piece.replace(leadingConjunction, '');
    // "Alice and Bob attended."
    const isLast = index > 0 && index === pieces.length - 1;
    const named = isLast || pieces.length === 1 ? item.replace(only, '') : '';
    const subject = isDenied ? undefined : predicate.exec(named)?.[1];
    const isNegated = !isLast && !takesDenied && negation.test(named.slice(subject?.length));
    const said = isNegated ? undefined : subject;
    const head = /^([^()]{1,100}?)\s\([^()]{1,100}\)\.?$/.exec(item.replace(/\*\*|__/g, ''))?.[1];
    const bare = item.replace(only, '').replace(article, '');
    const atEdge = hasEdges ? readAtEdge(item, index === 0, isLast, isItem) : undefined;
    const unended = isLast || pieces.length === 1 ? dropSpacelessEnd(item, isItem) : undefined;
    return [item, bare, ...[said, head, unended, atEdge].filter((one) => one !== undefined)];
  });
}

function isDeniedAtEnd(piece: string, takesDenied: boolean): boolean {
  const said = predicate.exec(piece)?.[1];
  if (said === undefined) return false;
  return (takesDenied ? unmentioned : denying).test(piece.slice(said.length));
}

/** "Im Text werden Milch" of a first piece and "Brot genannt" of a last one: their item. */
function readAtEdge(
  piece: string,
  isFirst: boolean,
  isLast: boolean,
  isItem: (text: string) => boolean,
): string | undefined {
  const words = piece.slice(0, maxEdge).trim().split(/\s+/);
  const lengths = [1, 2, 3, 4].filter((length) => length < words.length);
  if (isFirst) return lengths.map((length) => words.slice(-length).join(' ')).find(isItem);
  return isLast
    ? lengths.map((length) => words.slice(0, length).join(' ')).find(isItem)
    : undefined;
}

/** Divides a line at separators, and then at "and", but keeps items that hold these together. */
function divide(
  text: string,
  separators: readonly string[],
  isItem: (text: string) => boolean,
): readonly string[] {
  let pieces: readonly { readonly text: string; readonly separator: string }[] = [
    { text, separator: '' },
  ];
  for (const separator of separators) {
    pieces = pieces.flatMap((piece) => {
      const parts = piece.text.split(separator, maxItems);
      return parts.map((part, index) => ({
        text: part,
        separator: index < parts.length - 1 ? separator : piece.separator,
      }));
    });
  }
  pieces = pieces.slice(0, maxItems);
  const joined: string[] = [];
  for (let start = 0; start < pieces.length; start++) {
    const piece = pieces[start] as (typeof pieces)[number];
    const next = pieces[start + 1];
    const both = `${piece.text}${piece.separator}${next?.text ?? ''}`;
    if (next !== undefined && isItem(both.replace(leadingConjunction, ''))) {
      joined.push(both);
      start++;
    } else joined.push(piece.text);
  }
  return joined.flatMap((piece) => {
    const bare = piece.replace(leadingConjunction, '');
    return isItem(bare) ? [bare] : splitAtConjunction(bare, isItem);
  });
}

function splitAtConjunction(text: string, isItem: (text: string) => boolean): readonly string[] {
  const items: string[] = [];
  const isNamed = (part: string): boolean => isItem(part) || isItem(part.replace(article, ''));
  let rest = text;
  const next = (): RegExpExecArray | undefined => {
    const found = [...rest.slice(0, maxLine).matchAll(conjunctions)];
    return found.slice(0, 8).find(({ index }) => isItem(rest.slice(0, index))) ?? found[0];
  };
  for (let match = next(); match !== undefined; match = next()) {
    const left = rest.slice(0, match.index);
    const right = rest.slice(match.index + match[0].length);
    // A conjunction of one or two letters, or in a script without spaces, only where it parts items.
    const isSure = /\s(?:and|&|und|et|и)\s/u.test(match[0]);
    if (!isSure && !isNamed(left) && !isNamed(right)) break;
    items.push(left);
    rest = right;
    if (isItem(rest) || items.length >= maxJoined) break;
  }
  return [...items, rest];
}
