import { withoutThinking } from './simplify-markup.js';

const fencedBlock =
  /```[ \t]{0,4}([\w+#.-]{0,20})[^\S\n]{0,20}[^\n]{0,200}\n([\s\S]*?)(?:\n[ \t]{0,20}```|$)/g;

const tagsOf: Readonly<Record<string, readonly string[]>> = {
  javascript: ['javascript', 'js', 'jsx', 'mjs', 'node', 'ts', 'typescript'],
  python: ['python', 'py', 'python3'],
  sql: ['sql', 'sqlite', 'sqlite3', 'mysql', 'postgresql', 'postgres'],
};

/**
 * The code of an answer: of its fenced blocks in the language (or without one), the last that
 * defines the function that will be called, else the longest; all of the answer where it has no
 * block. A block that is not closed, because the answer was cut off, reaches to the end.
 */
export function extractCode(
  answer: string,
  language: string,
  functionName: string | undefined,
): string {
  const text = withoutThinking(answer);
  const blocks = [...text.matchAll(fencedBlock)].map((match) => ({
    tag: (match[1] as string).toLowerCase(),
    code: match[2] as string,
  }));
  if (blocks.length === 0) return text.replace(/^\s{0,20}`([^`]*)`\s{0,20}$/, '$1');
  const tagged = blocks.filter(({ tag }) => tagsOf[language]?.includes(tag));
  const untagged = blocks.filter(({ tag }) => tag === '');
  const candidates = [tagged, untagged, blocks].find((list) => list.length > 0) ?? blocks;
  const defining = candidates.filter(({ code }) => defines(code, functionName));
  if (defining.length > 0) return (defining.at(-1) as { code: string }).code;
  return candidates.reduce((longest, block) =>
    block.code.length > longest.code.length ? block : longest,
  ).code;
}

function defines(code: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  const escaped = name.replaceAll('$', '\\$');
  return new RegExp(
    `(?:\\b(?:def|function\\*?|const|let|var|class)\\s{1,10}|^|\\n|exports\\.)${escaped}\\s{0,10}[(=:]`,
  ).test(code);
}
