import type { JsonValue } from '../../util/json.js';
import type { DraftExample } from './draft-task-set.js';
import { listsOptions } from './letter-lists.js';

/** Code in a prompt. */
const code = /```|\bdef\s\w+\(|\bprint\(|\bconsole\.log\(|\bfunction\s\w+\(/;
/** A prompt that asks what code gives, or for a list as code writes it. */
const asksForOutput = new RegExp(
  [
    String.raw`\b(?:this|following)\s(?:\w+\s)?(?:code|program|snippet|function|script|expression)\b`,
    String.raw`\boutputs?\sof\b`,
    String.raw`\b(?:is|gets)\s(?:printed|returned)\b`,
    String.raw`\b(?:does|do|will|would)\s[^.?!]{1,80}\s(?:output|return|print|evaluate)\b`,
    String.raw`\bpython\slist\b`,
  ].join('|'),
  'i',
);

/** Examples with each list of texts as it was written where it is the answer itself. */
export interface KeptLists {
  readonly examples: readonly DraftExample[];
  /** How many lists were kept. */
  readonly kept: number;
}

/**
 * Keeps the texts of lists that are the answer itself, such as what a program prints, and no spellings of
 * one: where a prompt holds code, or most of the others ask for what code gives. Lists of
 * numbers are never spellings.
 */
export function keepCodeLists(examples: readonly DraftExample[]): KeptLists {
  const prompts = new Map(
    examples.flatMap((example) =>
      example.listText !== undefined && holdsText(example.reference) && !asksLetter(example)
        ? [[example, readPrompt(example)] as const]
        : [],
    ),
  );
  const plain = [...prompts.values()].filter((prompt) => !code.test(prompt));
  const areMost = plain.filter((prompt) => asksForOutput.test(prompt)).length * 2 > plain.length;
  let kept = 0;
  const read = examples.map((example) => {
    const prompt = prompts.get(example);
    if (prompt === undefined || !(areMost || code.test(prompt))) return example;
    kept++;
    const { listText = '', ...others } = example;
    return { ...others, reference: listText };
  });
  return { examples: read, kept };
}

/** Whether the items may be letters of options. */
function asksLetter({ request }: DraftExample): boolean {
  return listsOptions(JSON.stringify(request));
}

function holdsText(reference: JsonValue | undefined): boolean {
  const items: readonly JsonValue[] = Array.isArray(reference) ? reference : [reference ?? null];
  return items.some((item) => typeof item === 'string');
}

/** The request as a text, without the escapes of JSON, which touch the words after them. */
function readPrompt({ request }: DraftExample): string {
  return JSON.stringify(request).replace(/\\[nrt"]/g, ' ');
}
