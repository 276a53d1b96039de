import { isJsonObject } from '../../../util/json.js';
import { findJson } from '../json/find-json.js';
import { bullet } from './read-list.js';
import { readLiteral } from './read-literal.js';
import { readMarkedParts } from './read-marked-list.js';

/** A list that says of each item whether it belongs to it, as a list of those that do, and of the others. */
export interface JudgedList {
  readonly affirmed: string;
  readonly denied: string;
}

const yes = String.raw`yes|true|mentioned|included|present|ja|genannt|erwähnt|oui|vrai|mentionnée?|sí|mencionad[oa]|sì|menzionat[oa]|sim|是|✅|✓|✔|☑`;
const mentionedNot = String.raw`(?:(?:is|was|are|were)\s)?not\s(?:mentioned|included|present|named|listed|found)|unmentioned|excluded|nicht\s(?:genannt|erwähnt|enthalten)|non\smentionnée?|pas\smentionnée?|no\smencionad[oa]|non\smenzionat[oa]|não\smencionad[oa]|未提及`;
const no = String.raw`no|false|absent|nein|non|faux|não|否|❌|✗|✘|☐|${mentionedNot}`;
const place = String.raw`(?:\s(?:in|im|dans|en|nel|no)\s[^.,;:()\n]{1,40})?`;
const judged = new RegExp(
  String.raw`^(?<item>.{1,200}?)[*_]{0,3}(?:\s?:|\s[-–—]|\s?\||\s\(|(?=\s[✅✓✔☑❌✗✘☐]))\s?[*_]{0,3}(?:(?<yes>${yes})|${no})\ufe0f?${place}[*_)|.\s]{0,6}$`,
  'iu',
);
const boxed = /^(?:\[(?<yes>[xX✓✔])\]|\[\s?\]|(?<tick>[✅✓✔☑])|[❌✗✘☐])\ufe0f?\s+(?<item>.+)$/u;
/** "**Not mentioned**", "## Excluded", "Nicht genannt:" */
const deniedHeading = new RegExp(
  String.raw`^[\s*_#]{0,8}(?:${mentionedNot})${place}[*_:\s]{0,6}$`,
  'iu',
);
const heading = /^\s{0,4}(?:#{1,6}\s.*|[*_]{2}[^*_]{1,80}[*_]{2}:?\s*|[^|]{1,80}:[*_]{0,3}\s*)$/;

/** "Sweden (SE)": a list of codes, among which NO is Norway. */
const code = /[:(|–—-]\s?(?!(?:NO|JA|SI|OK)(?!\p{L}))\p{Lu}{2}[*_)|.\s]{0,6}$/u;
const codeLikeNo = /(?<!\p{L})NO[*_)|.\s]{0,6}$/u;

/**
 * The items that a list affirms, and those that it denies: "- Rome: yes", "- [ ] Paris", "Lyon ❌", or below "Not
 * mentioned". Undefined where it does not do both, or has no item that is known: "- Vegan: no" tells of something else.
 *
 * @param isItem whether a text is known to be an item as a whole
 */
export function splitVerdicts(
  answer: string,
  isItem: (text: string) => boolean,
): JudgedList | undefined {
  const affirmed: string[] = [];
  const denied: string[] = [];
  let isDenied = false;
  let isKnown = false;
  const marked = readMarkedParts(answer).join('\n');
  const members = readMembers(marked);
  // A list that is marked, or in JSON, is the answer, whatever is said around it.
  if (members === undefined && (readLiteral(marked) ?? []).length > 1) return undefined;
  const lines = members ?? marked.split('\n');
  const areCodes = lines.some((line) => code.test(line));
  for (const line of lines) {
    const text = line
      .replace(bullet, '')
      .replace(/^\s*\|\s*/, '')
      .trim();
    if (heading.test(line) && !judged.test(text)) {
      isDenied = deniedHeading.test(line);
      continue;
    }
    if (text === '') continue;
    if (isItem(text)) {
      isKnown = true;
      (isDenied ? denied : affirmed).push(line);
      continue;
    }
    const { item, ...marks } = readVerdict(text, areCodes) ?? {};
    isKnown ||= item !== undefined && isItem(item.trim());
    const isListed = item !== undefined || bullet.test(line);
    const isRight = item === undefined || Object.values(marks).some((mark) => mark !== undefined);
    if (isListed) (isDenied || !isRight ? denied : affirmed).push(`- ${item ?? text}`);
  }
  // "- Rome" above "  - Capital: yes": the same word in both is what is said of an item.
  const isDetail = denied.some((line) => affirmed.includes(line));
  return affirmed.length === 0 || denied.length === 0 || isDetail || !isKnown
    ? undefined
    : { affirmed: affirmed.join('\n'), denied: denied.join('\n') };
}

function readVerdict(text: string, areCodes: boolean): RegExpExecArray['groups'] {
  const verdict = areCodes && codeLikeNo.test(text) ? null : judged.exec(text);
  return (boxed.exec(text) ?? verdict)?.groups;
}

/** `{"Rome": true, "Paris": false}` */
function readMembers(answer: string): readonly string[] | undefined {
  const value = findJson(answer)?.value;
  const members = value !== undefined && isJsonObject(value) ? Object.entries(value) : [];
  const areJudged = members.length > 1 && members.every(([, one]) => typeof one === 'boolean');
  return areJudged ? members.map(([name, one]) => `- ${name}: ${String(one)}`) : undefined;
}
