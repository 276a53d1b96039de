import type { JsonObject, JsonValue } from '../../util/json.js';

/** The expected answers of a label, with their prompts. */
export interface Group {
  readonly references: readonly JsonValue[];
  readonly hasJudge: boolean;
  readonly prompts: readonly string[];
}

/** A grader that may suit all examples of a label. */
export interface Suggestion {
  readonly grader: JsonObject & { readonly name: string };
  readonly reason: string;
  /** The references that it is for, where the reason names the others. @default all of the label */
  readonly references?: ReadonlySet<JsonValue>;
  /** Writes a reference as the grader reads it. @default as it is */
  rewrite?(reference: JsonValue): JsonValue;
}

export const openRubric = {
  name: 'judge',
  rubric:
    'Correct where the answer does all that the prompt asks for, and nothing in it is wrong or made up.',
};

export const referenceRubric = {
  name: 'judge',
  rubric:
    'Correct where the answer says the same as the reference and adds nothing wrong; wording and length do not matter.',
};

/** The texts that references are, with numbers as JSON writes them; undefined where one is neither. */
export function listTexts(references: readonly JsonValue[]): readonly string[] | undefined {
  const texts = references.map(writeText).filter((text) => text !== undefined);
  return texts.length === references.length ? texts : undefined;
}

export function writeText(reference: JsonValue): string | undefined {
  if (typeof reference === 'number') return String(reference);
  return typeof reference === 'string' ? reference : undefined;
}

const maxListed = 5;

/** The first distinct references, for a reason. */
export function listSome(references: readonly JsonValue[]): string {
  const texts = [...new Set(references.map((one) => JSON.stringify(one)))];
  const listed = texts
    .slice(0, maxListed)
    .map((text) => (text.length > 60 ? `${text.slice(0, 60)}...` : text));
  const more = texts.length - listed.length;
  return listed.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Whether the prompts ask for an answer and nothing else. */
export function areBare(prompts: readonly string[]): boolean {
  const bare = prompts.filter((prompt) =>
    /\b(?:only|just|nothing else|one word|single word|exactly)\b/i.test(prompt),
  );
  return bare.length >= prompts.length * 0.8;
}
