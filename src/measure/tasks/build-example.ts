import type { PromptWithMembers } from '../../llm/chat.js';
import { computePromptHash, type GraderSpec, type Example } from './example.js';
import type { ExampleDefaults, ExampleFields } from './example-schema.js';

const derivedIdLength = 16;

/**
 * Builds an example from a row's fields and the file's defaults. A field of the row replaces the
 * default; metadata is merged member by member.
 *
 * A row without an id gets the start of its prompt's hash, so that it keeps its recorded outcomes
 * when its position, reference or grader changes.
 */
export function buildExample(fields: ExampleFields, defaults: ExampleDefaults): Example {
  const prompt = buildPrompt(fields, defaults);
  return {
    id: fields.id ?? computePromptHash(prompt).slice(0, derivedIdLength),
    prompt,
    task: fields.task ?? defaults.task,
    reference: fields.reference,
    grader: buildGraderSpec(fields.grader ?? defaults.grader),
    metadata: { ...defaults.metadata, ...fields.metadata },
    ...(fields.weight !== undefined && fields.weight !== 1 && { weight: fields.weight }),
  };
}

function buildPrompt(fields: ExampleFields, defaults: ExampleDefaults): PromptWithMembers {
  const tools = fields.tools ?? defaults.tools;
  const messages = fields.messages ?? [{ role: 'user' as const, content: fields.prompt ?? '' }];
  if (tools !== undefined) return { messages, tools };
  return fields.prompt ?? { messages };
}

/** The grader that a field names, alone or with its options. */
export function buildGraderSpec(grader: ExampleFields['grader']): GraderSpec | undefined {
  if (grader === undefined) return undefined;
  if (typeof grader === 'string') return { name: grader, options: {} };
  const { name, ...options } = grader;
  return { name, options };
}
