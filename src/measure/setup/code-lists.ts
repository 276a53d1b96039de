import type { JsonValue } from '../../util/json.js';
import type { DraftExample } from './draft-task-set.js';
import { listsOptions } from './letter-lists.js';

/** Code in a prompt, or a program that it speaks of; not the marks alone that also enclose passages. */
const code = new RegExp(
  [
    String.raw`\bdef\s\w+\(|\bprint\(|\bconsole\.log\(|\bfunction\s\w+\(`,
    String.raw`\b(?:this|following)\s(?:\w+\s){0,2}(?:code|program|snippet|function|script)\b`,
  ].join('|'),
);
const program = String.raw`\b(?:code|program|snippet|function|script|method|\w+\()`;
const gives = String.raw`\b(?:outputs?|returns?|returned|prints?|printed|evaluates?)\b`;
/** A prompt that asks what a program gives, or for a list as code writes it. */
const asksForOutput = new RegExp(
  [
    `${program}[^.?!]{0,80}${gives}`,
    `${gives}[^.?!]{0,80}${program}`,
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
 * one: where a prompt asks what code gives, or most of the others with lists do. Lists of numbers are never
 * spellings.
 */
export function keepCodeLists(examples: readonly DraftExample[]): KeptLists {
  const prompts = new Map(
    examples.flatMap((example) =>
      example.listText !== undefined && holdsText(example.reference) && !asksLetter(example)
        ? [[example, readPrompt(example)] as const]
        : [],
    ),
  );
  const asking = [...prompts.values()].filter((prompt) => asksForOutput.test(prompt));
  // A question about returns or prints may be about anything where no prompt holds code.
  const areMost = asking.length * 2 > prompts.size && asking.some((prompt) => code.test(prompt));
  let kept = 0;
  const read = examples.map((example) => {
    const prompt = prompts.get(example);
    if (prompt === undefined) return example;
    const isAsked = code.test(prompt) && asksForOutput.test(prompt);
    if (!areMost && !isAsked) return example;
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
