import { isJsonObject, type JsonValue } from '../../util/json.js';
import { findJson } from './find-json.js';
import { parsePythonLiteral } from './parse-python-calls.js';
import { findClosingBrace } from './math/plain-math.js';
import { divideSpaceless, dropSpacelessEnd, dropTightLabel } from './read-spaceless-list.js';

/** Longer lists, and longer answers, are read up to here. */
const maxItems = 2000;
const maxJoined = 100;
/** Conjunctions are looked for up to here. */
const maxLine = 1000;
const maxCharacters = 20_000;
const bullet = /^\s{0,20}(?:(?:[-*+•◦●▪‣–—]|\(?\d{1,3}[.)]|\(?[A-Za-z]\))\s{1,5}|・\s{0,2})/;
/** "🇫🇷 France" */
const leadingEmoji =
  /^(?:[\p{Extended_Pictographic}\p{Regional_Indicator}\ufe0f\u200d]{1,8}\s{1,2})(?=\p{L}|\*\*)/u;
const inlineNumber = /(?:^|\s)\(?\d{1,2}[.)]\s/;
const leadIn =
  /^(?:the|these|they|there|it|here|my|i|all|those|answers?|die|das|es|les?|las?|los|gli|i|os|as)\b[^,;:]{0,80}?\b(?:are|is|were|was|includes?|included|found|mentions|lists|names|contains|shows|sind|ist|sont|est|son|sono|são)\b:?\s/i;
/** What a model says before its list. */
const interjection =
  /^\s{0,20}(?:sure|certainly|of course|okay|ok|yes|absolutely|great|here you go|claro|natürlich|bien sûr)\s{0,2}[!.,:]\s{1,3}/i;
/** "**Fruits:** apple, banana". */
const boldLabel = /^\s{0,20}(?:\*\*|__)[^*_\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):)\s{1,3}/;
const negation =
  /(?<!\p{L})(?:not?|n't|nor|without|nicht|keine?n?|ohne|pas|sans|sin|non|senza|não|sem|не|нет|без)(?!\p{L})/iu;
const maxEdge = 300;
const article = /^\s?(?:the|an?|der|die|das|den|les?|la|el|los|las|il|lo|gli)\s/i;
/** "The poem names two trees, ash and oak." */
const counted =
  /^(?:the|there|it|this)\b[^,;:]{0,80}\b(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s\p{L}{2,20}(?:\s\p{L}{2,20})?,\s/iu;
const predicate =
  /^(.{1,100}?)\s(?:are|were|is|was|have|has|had|appears?|can|did|[a-z]{2,12}ed)(?:\s[^,;:]{1,60})?\.?$/;
const only =
  /^(?:only|just|nur|bloß|seulement|seule?|solo|sólo|solamente|apenas|somente|soltanto|только)\s/i;
const conjunction =
  /\s(?:and|&|\/|und|et|y|e|ed|en|och|og|oraz|i|ve|dan|и|та|और|و)\s(?!=)|(?:以及|和|と|및|[과와]\s)/u;
const conjunctions = new RegExp(conjunction, 'gu');
/** Not "y = 2". */
const leadingConjunction = /^\s{0,5}(?:and|or|und|et|y|e|ed|en|oraz|ve|dan|и)\s(?!=)/i;
const nothing =
  /^\W{0,6}(?:(?:there\s(?:are|were|is|was)|i\sfound|we\sfound|es\sgibt)\s)?(?:none|nothing|nothing\sto\s[a-z]{2,20}|no\s[a-z]{2,20}(?:\s[a-z]{2,20}){0,2}|keine?(?:\s\p{L}+)?|nichts|ningun[oa]|nada|aucune?|rien|nessun[oa]|niente|nenhuma?|geen|brak|yok|нет|нету|ничего|なし|該当なし|无|無|没有|없음|لا يوجد|कोई नहीं)(?:\s(?:(?:were|was|is|are|to be|could be)\s)?(?:found|identified|present|detected|listed|there|exist|given|mentioned|apply|applies|gefunden|trouvée?s?|encontrad[oa]s?))?(?:\s(?:in|within|by)\s(?:the|this)(?:\s\p{L}{2,20}){1,3})?\W{0,6}$/iu;
/** "The text does not mention any cities." */
const deniesMention =
  /^\W{0,6}(?:(?:the|this)\s(?:\p{L}{2,20}\s){1,2}(?:does\snot|doesn't|did\snot|didn't)\s(?:mention|contain|include|list|name|have|state)(?=\s(?:any|a)\s)|(?:the|this)\s(?:\p{L}{2,20}\s){1,2}(?:mentions|contains|includes|lists|names|has)(?=\sno\s)|(?:I|we)\s(?:could\snot|couldn't|cannot|can't|did\snot|didn't|do\snot|don't)\s(?:find|see|identify|detect)(?=\s(?:any|a)\s))\s(?:any|a|no)\s[^.,;:\n]{1,60}\W{0,6}$/iu;

/** An item of a list, in the readings that it allows: the whole text, or the part before a comment. */
export type ListItem = readonly string[];

/** Whether a text says that there is nothing to list. */
export function saysNone(text: string): boolean {
  if (text.length > 100) return false;
  const plain = text.replace(/[*_`"]/g, '');
  return nothing.test(plain) || deniesMention.test(plain.replaceAll('’', "'"));
}

const answerTag = /<(answer|final_answer|final)>([^<]{1,20000})<\/\1>/gi;

/** What an answer marks as its list, in a tag or a box; all of it where nothing is marked. */
function readMarkedList(answer: string): string {
  const tagged = [...answer.matchAll(answerTag)].at(-1)?.[2];
  if (tagged !== undefined) return tagged.trim();
  const box = answer.lastIndexOf('\\boxed{');
  const open = box + '\\boxed'.length;
  const close = box === -1 ? -1 : findClosingBrace(answer, open, answer.length);
  return close === -1
    ? answer
    : answer.slice(open + 1, close).replace(/\\text\s?\{([^{}]*)\}/g, '$1');
}

const enclosed = /^\$?\\?[{([]([^{}()[\]\\]*)\\?[})\]]\$?\.?$/;

/**
 * The items of an answer's list: of a JSON or Python list, a table, lines with bullets or numbers,
 * lines, or a single line with separators and "and".
 *
 * @param isItem whether a text is known to be one item, so that it is not divided further
 * @param rewrite what is done with a text that is no literal before it is divided
 */
export function readList(
  answer: string,
  separators: readonly string[],
  isItem: (text: string) => boolean,
  rewrite: (text: string) => string = (text) => text,
): readonly ListItem[] {
  const marked = readMarkedList(answer);
  const lines = (): string => rewrite(marked.slice(0, maxCharacters));
  const written = readLiteral(marked) ?? readLines(lines(), separators, isItem);
  return written.slice(0, maxItems);
}

function readLiteral(answer: string): readonly ListItem[] | undefined {
  const bracket = readBracket(answer);
  const python = bracket === undefined ? undefined : parsePythonLiteral(bracket);
  const json = python ?? findJson(answer)?.value;
  if (Array.isArray(json)) return json.map(toItem);
  // {"items": [...]}: the list, wrapped.
  const members = typeof json === 'object' && json !== null ? Object.values(json) : [];
  const lists = members.filter((member) => Array.isArray(member));
  if (lists.length === 1) return (lists[0] as readonly JsonValue[]).map(toItem);
  return members.length > 0 ? members.map(toItem) : undefined;
}

/** A list in brackets that is all of an answer, but for its name and a fence: `names = ["a"]`. */
function readBracket(answer: string): string | undefined {
  const start = /^[\s`]{0,20}(?:[\w ]{0,40}[:=]\s{0,20})?(?=\[|\(\s{0,5}['"])/.exec(answer)?.[0];
  if (start === undefined) return undefined;
  const close = answer[start.length] === '[' ? ']' : ')';
  const end = answer.lastIndexOf(close) + 1;
  return end > start.length && /^[\s`.]*$/.test(answer.slice(end))
    ? answer.slice(start.length, end)
    : undefined;
}

const nameMember = /^(?:name|text|value|label|entity|title|item|term)$/i;

function toItem(value: JsonValue): ListItem {
  if (isJsonObject(value)) {
    const members = Object.entries(value);
    const named = members.find(([name]) => members.length === 1 || nameMember.test(name))?.[1];
    if (typeof named === 'string') return [named];
  }
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}

function readLines(
  answer: string,
  separators: readonly string[],
  isItem: (text: string) => boolean,
): readonly ListItem[] {
  const lines = answer
    .replace(/<li[^>]{0,80}>/gi, '\n- ')
    .replace(/<\/?(?:ul|ol|li)[^>]{0,80}>/gi, '\n')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('```'));
  const rows = readTable(lines, isItem);
  if (rows !== undefined) return rows;
  const bulleted = lines.filter(
    (line) => bullet.test(line) && !/ • /.test(line.trimStart().slice(1)),
  );
  const [first = '', ...others] = lines;
  // One line with "1. " in it several times is a list too.
  const isInline = lines.length === 1 && first.split(inlineNumber).length > 2;
  if (bulleted.length > 0 && !isInline) {
    return bulleted.map((line) =>
      readDescribed(line.replace(bullet, '').replace(leadingEmoji, '')),
    );
  }
  // "Cities:" above the list.
  if (others.length > 0) {
    const listed = /:\*{0,3}$/.test(first.trimEnd().slice(-4)) ? others : lines;
    // "**Languages:** Python, Rust" above "**Frameworks:** none"
    const labels = listed.map((line) => boldLabel.exec(line)?.[0].replace(/[:*_]/g, ''));
    if (labels.every((label) => label !== undefined && !isItem(label))) {
      return listed.flatMap((line) => readLine(line, separators, isItem));
    }
    return listed.length > 1
      ? listed.map(readDescribed)
      : readLine(listed[0] as string, separators, isItem);
  }
  return readLine(first, separators, isItem);
}

/** "**Rome**: capital of Italy" is Rome, described. */
function readDescribed(line: string): ListItem {
  const head = /^(.{1,200}?)\s?(?::|\s[-–—]|\s\()\s?\S/.exec(line.replace(/\*\*|__/g, ''))?.[1];
  return head === undefined ? [line] : [line, head];
}

/** The rows of a table: the cell that is an item, or else the first. */
function readTable(
  lines: readonly string[],
  isItem: (text: string) => boolean,
): readonly ListItem[] | undefined {
  const divider = lines.findIndex((line) => line.includes('|') && /^[\s|:-]+$/.test(line));
  if (divider === -1) return undefined;
  return lines.slice(divider + 1).flatMap((line) => {
    if (!line.includes('|')) return [];
    const cells = line.replace(/^\s*\||\|\s*$/g, '').split('|');
    return [[cells.find(isItem) ?? (cells[0] as string)]];
  });
}

function readLine(
  line: string,
  separators: readonly string[],
  isItem: (text: string) => boolean,
): readonly ListItem[] {
  if (isItem(line)) return [[line.trim()]];
  // A set in Python or LaTeX: {2, 3, 5}.
  const text = line.replace(interjection, '').replace(boldLabel, '').trim().replace(enclosed, '$1');
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
  if (inlineNumber.test(listed) && listed.split(inlineNumber).length > 2) {
    return listed
      .split(new RegExp(inlineNumber, 'g'))
      .flatMap((one) => (one.trim() === '' ? [] : [[one.replace(/[,;]\s*$/, '')]]));
  }
  // "Alice | Bob", a row of a table without its head, and "• Alice • Bob".
  const mark = ['|', '•', '·', '+'].find((one) => listed.includes(` ${one} `));
  const isMarked = mark !== undefined && !separators.some((one) => listed.includes(one));
  const pieces = isMarked
    ? listed.replace(/^•\s/, '').split(` ${mark} `)
    : divideSpaceless(listed, (part) => divide(part, separators, isItem), isItem);
  const hasEdges = pieces.length > 1 && !negation.test(listed);
  return pieces.map((piece, index) => {
    const item = piece.replace(leadingConjunction, '');
    // "Alice and Bob attended."
    const isLast = index > 0 && index === pieces.length - 1;
    const isSaid = isLast || (pieces.length === 1 && !negation.test(item));
    const said = isSaid ? predicate.exec(item.replace(only, ''))?.[1] : undefined;
    const head = /^([^()]{1,100}?)\s\([^()]{1,100}\)\.?$/.exec(item)?.[1];
    const bare = item.replace(only, '').replace(article, '');
    const atEdge = hasEdges ? readAtEdge(item, index === 0, isLast, isItem) : undefined;
    const unended = isLast || pieces.length === 1 ? dropSpacelessEnd(item, isItem) : undefined;
    return [item, bare, ...[said, head, unended, atEdge].filter((one) => one !== undefined)];
  });
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
