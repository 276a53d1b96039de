import { quoteWord } from '../../util/quote-word.js';

const prefix = 'ungraded: ';

/** Answers of a run without a grade, for one reason. */
export interface UngradedAnswers {
  readonly reason: string;
  readonly answers: number;
}

/** The ungraded answers among the cells that an outcome table leaves out, most frequent reason first. */
export function listUngraded(leftOut: ReadonlyMap<string, number>): readonly UngradedAnswers[] {
  return [...leftOut]
    .flatMap(([reason, answers]) =>
      reason.startsWith(prefix) ? [{ reason: reason.slice(prefix.length), answers }] : [],
    )
    .sort((a, b) => b.answers - a.answers);
}

/** The command that grades these answers, as far as an option of it is what they lack. */
export function suggestGrading(run: string, ungraded: readonly UngradedAnswers[]): string {
  const lacks = (option: string): boolean => ungraded.some(({ reason }) => reason.includes(option));
  const options = [
    ...(lacks('--judge') ? [' --judge judge.yaml'] : []),
    ...(lacks('--allow-code') ? [' --allow-code'] : []),
  ];
  return `routesmith grade ${quoteWord(run)}${options.join('')}`;
}
