import { answerTags } from '../texts/answer-tags.js';

const tagsOf: Readonly<Record<string, readonly string[]>> = {
  javascript: ['javascript', 'js', 'jsx', 'mjs', 'node', 'ts', 'typescript'],
  python: ['python', 'py', 'python3'],
  sql: ['sql', 'sqlite', 'sqlite3', 'mysql', 'postgresql', 'postgres'],
};

interface CodeBlock {
  readonly tag: string;
  readonly code: string;
}

/** A fence with its language, at the start of a line or after the text that introduces it. */
const opening = /^(.*?)(?:`{3,5}|~~~)[ \t]{0,4}([\w+#.-]{0,20})(?:[ \t{][^\n`]{0,200})?$/;
const closing = /^(.*?)[ \t]{0,20}(?:`{3,5}|~~~)[ \t]{0,20}$/;
/** A fence of an example in a comment. */
const commentedFence = /^\s{0,40}(?:#|\/\/|\*)[ \t]{0,10}(?:`{3,5}|~~~)/;
/** What a line of Python must be divided into to know where a docstring begins, and where it ends. */
const pythonToken = /\\.|"""|'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|#.*/g;
const tripleQuotes = /\\.|"""|'''/g;
/** Fences are not looked for in longer lines. */
const maxFenceLine = 500;
/** A line that begins as a sentence and ends as one, without any sign of code. */
const prose = /^[A-Z][^=(){}[\];]{1,300}[:.!]$/;
/** A line of at least three words that ends with a full stop. */
const sentence = /^[A-Z][a-z]{1,20} [a-z]{1,20} [^{};]{1,300}[.!]$/;
/** "add =", "add: Callable =", "add: (a, b) =>"; not a comparison, and not the import of a finished one. */
const assigned = String.raw`\s{0,10}(?::|=(?![=>])(?!\s{0,5}(?:await\s)?(?:require|import)\b))`;
/** A tag around all of an answer without a fence. */
const answerTag = new RegExp(
  String.raw`^\s{0,20}<(${answerTags}|code)>\n?([\s\S]*?)\s{0,20}</\1>\s{0,20}$`,
  'i',
);

/**
 * The code of an answer: of its fenced blocks in the language (or without one), the last that
 * defines the function that will be called, else the longest; all of the answer where it has no
 * block. A block that is not closed, because the answer was cut off, reaches to the end, or to the
 * next fence that names a language.
 */
export function extractCode(
  answer: string,
  language: string,
  functionName: string | undefined,
): string {
  const blocks = listBlocks(answer, language);
  if (blocks.length === 0) {
    const bare = withoutIntroduction(answer.replace(answerTag, '$2'));
    return bare.replace(/^\s{0,20}`{1,3}([^`]*)`{1,3}\s{0,20}$/, '$1');
  }
  const typed = blocks.filter(({ tag }) => tagsOf[language]?.includes(tag));
  // Types are no JavaScript: a TypeScript version beside a plain one is not run.
  const untyped = typed.filter(({ tag }) => tag !== 'ts' && tag !== 'typescript');
  const tagged = untyped.length > 0 ? untyped : typed;
  const untagged = blocks.filter(({ tag }) => tag === '');
  const lists = [tagged, untagged, blocks].filter((list) => list.length > 0);
  const definition = functionName === undefined ? undefined : createDefinition(functionName);
  const isDefined = ({ code }: CodeBlock): boolean => definition?.test(code) === true;
  const defining = lists.map((list) => list.findLast(isDefined)).find((block) => block);
  return (defining ?? findLongest(lists[0] as readonly CodeBlock[])).code;
}

function findLongest(blocks: readonly CodeBlock[]): CodeBlock {
  return blocks.reduce((longest, block) =>
    block.code.length > longest.code.length ? block : longest,
  );
}

/** Code without the prose above and below it, such as "Here is the function:". */
function withoutIntroduction(answer: string): string {
  const lines = answer.split('\n');
  const start = lines.findIndex((line) => line.trim() !== '' && !prose.test(line));
  const code = lines.slice(Math.max(0, start));
  // A paragraph of prose below it, such as "This function returns its input."
  const isProse = (line: string): boolean => prose.test(line) || sentence.test(line);
  const end = code.findLastIndex((line) => line.trim() !== '' && !isProse(line)) + 1;
  const isParagraph = end > 0 && code[end]?.trim() === '';
  return (isParagraph ? code.slice(0, end) : code).join('\n');
}

/** Fences in a docstring are text, unless one seems to go on for good: then its quotes were none. */
function listBlocks(answer: string, language: string): readonly CodeBlock[] {
  return readBlocks(answer, language) ?? (readBlocks(answer, undefined) as readonly CodeBlock[]);
}

/**
 * @param language of blocks without one; undefined to take each fence for one, whatever is around it
 * @returns undefined where the answer ends inside a docstring
 */
function readBlocks(
  answer: string,
  language: string | undefined,
): readonly CodeBlock[] | undefined {
  const blocks: CodeBlock[] = [];
  let tag = '';
  let indentation = 0;
  let lines: string[] | undefined;
  let docstring: string | undefined;
  const close = (): void => {
    if (lines !== undefined) blocks.push({ tag, code: lines.join('\n') });
    lines = undefined;
  };
  for (const line of answer.split('\n')) {
    const isText =
      lines !== undefined &&
      language !== undefined &&
      (docstring !== undefined || commentedFence.test(line));
    const isShort = line.length <= maxFenceLine && !isText;
    const hasFence = isShort && (line.includes('```') || line.includes('~~~'));
    const opened = hasFence ? opening.exec(line) : null;
    const closed = hasFence && lines !== undefined ? closing.exec(line) : null;
    if (closed !== null) {
      // "return a```": the last line of code may carry the fence.
      if ((closed[1] as string).trim() !== '') lines?.push(closed[1] as string);
      close();
    } else if (opened !== null && (lines === undefined || opened[2] !== '')) {
      close();
      tag = (opened[2] as string).toLowerCase();
      lines = [];
      indentation = /^\s{0,20}(?=[`~])/.exec(line)?.[0].length ?? 0;
    } else if (lines !== undefined) {
      lines.push(dedent(line, indentation));
      const isPython = tagsOf['python']?.includes(tag === '' ? (language ?? '') : tag) === true;
      if (isPython && language !== undefined) docstring = readDocstring(line, docstring);
    }
  }
  close();
  return docstring === undefined ? blocks : undefined;
}

/** The quotes of the docstring that a line of Python leaves open, given those open before it. */
function readDocstring(line: string, before: string | undefined): string | undefined {
  let open = before;
  for (let at = 0; ;) {
    const pattern = open === undefined ? pythonToken : tripleQuotes;
    pattern.lastIndex = at;
    const token = pattern.exec(line)?.[0];
    if (token === undefined) return open;
    at = pattern.lastIndex;
    if (open === undefined && (token === '"""' || token === "'''")) open = token;
    else if (open === token) open = undefined;
  }
}

/** A line of a block that is indented, as in the item of a list. */
function dedent(line: string, indentation: number): string {
  const indented = line.length - line.trimStart().length;
  return line.slice(Math.min(indented, indentation));
}

/**
 * What defines a function, in JavaScript or Python: a declaration, an assignment, a member or method of
 * an object. A call is no definition, or an example of use would be taken for the program.
 */
function createDefinition(functionName: string): RegExp {
  const name = `${functionName.replaceAll('$', '\\$')}(?![\\w$])`;
  return new RegExp(
    [
      `\\b(?:def\\s{1,10}|function(?:\\s{0,5}\\*\\s{0,5}|\\s{1,10}))${name}\\s{0,10}[(<]`,
      `\\bclass\\s{1,10}${name}`,
      `\\b(?:const|let|var|exports\\.|globalThis\\.|window\\.|this\\.)\\s{0,10}${name}${assigned}`,
      `(?:^|\\n)[ \\t]{0,40}${name}${assigned}`,
      `(?:^|\\n|[{,])[ \\t]{0,40}(?:async\\s)?${name}\\s{0,10}\\([^()]{0,300}\\)\\s{0,10}\\{`,
      `[{,]\\s{0,40}${name}\\s{0,10}:`,
    ].join('|'),
  );
}
