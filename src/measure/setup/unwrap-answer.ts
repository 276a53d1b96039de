import { canonicalJson } from '../../util/canonical-json.js';
import { isJsonObject, listObjects, type JsonValue } from '../../util/json.js';
import { unwrap } from './unwrap-members.js';

/** Members that hold an expected answer, the most telling first. */
const answerMembers = [
  'answer',
  'output',
  'final_answer',
  'result',
  'generation',
  'expected',
  'expected_output',
  'expected_answer',
  'expected_response',
  'expected_result',
  'reference',
  'ground_truth',
  'target',
  'label',
  'sql',
  'response',
  'completion',
  'messages',
  'message',
  'content',
  'text',
];

/** Where no other holds the answer, a query may be what was asked for. */
const answerWrappers = [...answerMembers, 'query'];

/** Members of outputs that often repeat what was asked; a query may be the answer, where one is to be written. */
const askedMember = /^(inputs?|question|query|prompt)$/;

/** Members that only explain the answer beside them, or say what a query is written for. */
const explainingMember =
  /^(?:explanation|reasoning|rationale|thoughts?|notes?|confidence|dialect|tables?|schema|database|db|db_id)$/;

/** Members of MLflow that say what an answer must hold or be like, and not the answer. */
const criterion = /^(?:expected_facts|guidelines|expected_retrieved_context)$/;

/** A query that a program runs (SQL, Cypher, SPARQL, GraphQL, MongoDB, Gremlin), and no question in words. */
const code =
  /^\s*(?:(?:SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|MERGE|MATCH|OPTIONAL|PREFIX|ASK|CONSTRUCT|CALL|VALUES)\s|select\s(?=.*\sfrom\s)(?=.*[*(=;_])|(?:query|mutation)\b[^{]*\{|[{[(]|db\.\w|g\.[VE]\()/s;

/** What of an answer's members is not used. */
export interface AnswerNotes {
  readonly onUnused: (member: string) => void;
  /** Called with the members of which one may be the answer as well as another. */
  readonly onDoubt: (members: readonly string[]) => void;
}

/**
 * The answer in recorded outputs, many of which repeat the inputs: null where they hold nothing else
 * than the question, or a query of which nobody can tell whether it or what is beside it is the answer.
 */
export function unwrapAnswer(
  value: JsonValue,
  asked: JsonValue | undefined,
  { onUnused, onDoubt }: AnswerNotes,
): JsonValue {
  if (!isJsonObject(value) || 'role' in value) return unwrap(value, onUnused, answerWrappers);
  if (Object.keys(value).length > 0 && Object.keys(value).every((name) => criterion.test(name))) {
    Object.keys(value).forEach(onUnused);
    return null;
  }
  const inputs = isJsonObject(asked) ? asked : {};
  const known = listAsked(asked);
  const isRepeated = (name: string, member: JsonValue): boolean => {
    if (!askedMember.test(name))
      return name in inputs && canonicalJson(inputs[name] ?? null) === canonicalJson(member);
    // A query that was to be written may well be a part of the request for it.
    return known.some(
      (one) => foldAsked(one) === foldAsked(member) || (name !== 'query' && holds(one, member)),
    );
  };
  const members = Object.entries(value);
  const added = members.filter(([name, member]) => !isRepeated(name, member));
  const answers = added.map(([name]) => name).filter((name) => !askedMember.test(name));
  const hasAnswer = answers.some((name) => answerMembers.includes(name));
  const query = added.find(([name]) => name === 'query')?.[1];
  const others = answers.filter((name) => !explainingMember.test(name));
  if (query !== undefined && !hasAnswer && others.length > 0 && !isWritten(query, known)) {
    onDoubt(['query', ...others]);
    return null;
  }
  const told = added.filter(([name]) => !askedMember.test(name) || !hasAnswer);
  // What was asked for may be a text as it stands.
  const kept = told.length > 0 ? told : members.filter(([name]) => !askedMember.test(name));
  for (const [name] of members) {
    if (!kept.some(([one]) => one === name)) onUnused(name);
  }
  if (kept.length === 0 && members.length > 0) return null;
  return unwrap(Object.fromEntries(kept), onUnused, answerWrappers);
}

/** Whether a query is code that the prompt does not hold: then it is what was asked for. */
function isWritten(query: JsonValue, known: readonly JsonValue[]): boolean {
  const isCode = typeof query === 'string' && code.test(query);
  return isCode && !known.some((one) => holds(one, query));
}

/** All that a prompt holds: the values of its inputs, its text, and what its messages say. */
function listAsked(asked: JsonValue | undefined): readonly JsonValue[] {
  if (asked === undefined) return [];
  const prompt = unwrap(asked, () => undefined);
  const messages = Array.isArray(prompt) ? listObjects(prompt as readonly JsonValue[]) : [];
  const contents = messages.map(({ content = null }) => content);
  return [asked, prompt, ...contents, ...(isJsonObject(asked) ? Object.values(asked) : [])];
}

function holds(asked: JsonValue, member: JsonValue): boolean {
  return typeof asked === 'string' && typeof member === 'string' && asked.includes(member.trim());
}

function foldAsked(value: JsonValue): string {
  return canonicalJson(typeof value === 'string' ? value.trim() : value);
}
