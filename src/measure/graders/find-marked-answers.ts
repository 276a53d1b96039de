/** The words that announce an answer, in the languages that models are asked in most. */
const announcement =
  /(?:\banswers?|\bantwort(?:en)?|\bréponses?|\breponses?|\brespuestas?|\brispost[ae]|\brespostas?|ответы?|答案|答え|정답)[\s*_"'`]{0,4}(?:[:=]|\b(?:is|are|ist|sind|est|sont|es|son|sono)\b|\bè\b|\bé\b|\bsão\b|是|为|は|은|는)[\s*_:]{0,6}/giu;
const boxed = /\\f?boxed\s?\{([^{}]{0,300})\}/g;
const hashes = /####[ \t]{0,4}([^\n]{1,300})/g;

/**
 * The parts of an answer that say "this is my answer", most reliable first and within one kind the
 * last first: `\boxed{...}`, a line after `####`, then what follows "the answer is" or "Answer:" on
 * the same line. The text must have gone through `simplifyMarkup`.
 */
export function findMarkedAnswers(text: string): readonly string[] {
  return [
    ...[...text.matchAll(boxed)].map((match) => match[1] as string).reverse(),
    ...[...text.matchAll(hashes)].map((match) => match[1] as string).reverse(),
    ...findAnnouncedAnswers(text),
  ];
}

function findAnnouncedAnswers(text: string): readonly string[] {
  const announced: string[] = [];
  for (const match of text.matchAll(announcement)) {
    const start = match.index + match[0].length;
    const line = text.slice(start, start + 300).split('\n', 1)[0] as string;
    if (line.trim() !== '') announced.push(line);
  }
  return announced.reverse();
}
