import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { findJson, findJsonObjects, findJsonValues } from '../json/find-json.js';
import { parsePythonCalls } from './parse-python-calls.js';
import { findPythonBlocks, plainTemplate } from './template-marks.js';

/** A call of a tool. */
export interface ToolCall {
  readonly name: string;
  /** Undefined where what was given for them is no object, or broken. */
  readonly arguments: JsonObject | undefined;
  /** True where the form has no types, so that every argument is a text. */
  readonly isUntyped?: boolean;
}

/** The calls that a provider returned, which a sweep writes on a line of their own. */
const recorded = /(?:^|\n)\s{0,20}(\{"tool_calls":[^\n]*\})\s{0,20}$/;
const tagged =
  /<function=([\w.:-]{1,128})>((?:(?!<function=)[\s\S]){0,4000}?)(?:<\/function>|$)|<invoke name="([\w.:-]{1,128})">((?:(?!<invoke name=)[\s\S]){0,4000}?)<\/invoke>/g;
/** A name, then keys and values in tags of their own. */
const keyed = /<tool_call>\s{0,20}([\w.:-]{1,128})\s{0,20}(<arg_key>[\s\S]{0,4000}?)<\/tool_call>/g;
const keyedArgument =
  /<arg_key>([\w.-]{1,128})<\/arg_key>\s{0,20}<arg_value>([\s\S]{0,4000}?)<\/arg_value>/g;
/** Members that agents' templates name a call by, where its arguments are beside it. */
const nameMembers = ['name', 'tool', 'tool_name', 'function', 'function_name', 'action'];
const argumentMembers = [
  'arguments',
  'parameters',
  'input',
  'args',
  'kwargs',
  'tool_input',
  'action_input',
];
/** Members that hold a call, and those that hold a list of calls. */
const callMembers = [
  'function',
  'function_call',
  'functionCall',
  'tool_call',
  'toolCall',
  'tool_use',
  'toolUse',
];
const callLists = ['tool_calls', 'toolCalls', 'function_calls', 'functionCalls', 'tool_uses'];
/** Members of a provider's response that hold calls beside other things, which are marked as calls. */
const responseMembers = ['candidates', 'choices', 'message', 'content', 'parts', 'output'];
const callTypes = /^(?:function|function_call|tool_call|tool_use)$/;
/** More calls than that are nobody's answer, and their arguments would take seconds to find. */
const maxCalls = 300;
/** Calls are looked for up to here. */
const maxCharacters = 20_000;
const parameter =
  /<parameter(?:=|\sname=")([\w.-]{1,128})"?(?:\sstring="(?:true|false)")?>\n?([\s\S]{0,10000}?)\n?<\/parameter>/g;
/** A name with its arguments in JSON after it, as templates of several models write it. */
const named =
  /(?:\[TOOL_CALLS\]\s?|<｜tool▁sep｜>|<｜tool▁call▁begin｜>|<\|tool_call_begin\|>|to=)(?:functions\.)?([A-Za-z_][\w.-]{0,127})(?::\d{1,4})?(?:\s{0,3}(?:(?:\[CALL_ID\][\w-]{1,60})?\[ARGS\]|<｜tool▁sep｜>|<\|tool_call_argument_begin\|>|<\|constrain\|>json<\|message\|>|<\|message\|>|```json)?\s{0,3})(?=\{)/g;
/** A call on two lines, as agents that reason and act in turn write it. */
const action =
  /(?:^|\n)[ \t*]{0,4}Action[ \t*]{0,2}:[ \t*`]{0,4}([A-Za-z_][\w.-]{0,127})[`*]{0,3}[ \t]{0,4}\n\s{0,4}[*]{0,2}Action[ _]Input[ \t*]{0,2}:[*]{0,2}\s{0,4}(?:```(?:json)?\s{0,4})?(?=\{)/gi;
/** Calls in a block below a sentence; they count where the task knows their names. */
const pythonFence = /```(?:python|tool_code|py)?[ \t]{0,10}\n([^`]{1,4000})\n?```/;
const definition = /(?:^|\n)[ \t]{0,20}(?:async )?def ([A-Za-z_]\w{0,127})\s?\(/g;
/** Directly before the call: "What the call would be:", "A call could look like this:", "For example:" */
const shownBefore =
  /(?<!\p{L})(?:(?:call|request|invocation)\s(?:would|could|might)\s(?:be|look\slike)(?:\sthis)?|for\s(?:example|instance)|e\.g\.|zum\sbeispiel|par\sexemple|por\sejemplo|per\sesempio|por\sexemplo|例如)[\s*_]{0,4}[:：,]?[\s`*_]{0,8}(?:json\s{0,4})?$/iu;
const prefix = /^(?:functions|default_api|tools)[./]/;
/** What a name with nothing beside it must look like to be a tool's, and not a person's. */
const toolName = /^(?=[a-z][a-zA-Z0-9]*[_.]\w)[a-z]\w*(?:\.\w+)*$|^[a-z]+[A-Z]\w*$/;

/**
 * The calls that an answer makes: `{"tool_calls": [...]}`, which is how a sweep records what the
 * provider returned, or else what a model wrote into its text: JSON (a call, a list of calls,
 * `<tool_call>` blocks), `<function=name>`, `[TOOL_CALLS]name{...}`, `<invoke>`, a template's block of
 * Python calls, or nothing but Python calls.
 *
 * @param known names that count as a call also where they stand alone: `{"name": "stop"}`
 */
export function findToolCalls(
  given: string,
  known: ReadonlySet<string> = new Set(),
): readonly ToolCall[] {
  const read = (value: JsonValue): readonly ToolCall[] => readCalls(value, known);
  const returned = read(parseObject(recorded.exec(given)?.[1] ?? '') ?? null);
  if (returned.length > 0) return returned;
  const answer = plainTemplate(given);
  const placed = [...readTagged(answer), ...readNamed(answer), ...readBlocks(answer)];
  const written = placed.length > 0 ? withoutArguments(placed, answer, read) : [];
  if (written.length > 0) return written;
  const found = findJson(answer)?.value;
  const listed = found === undefined ? [] : read(found);
  if (listed.length > 0 && (Array.isArray(found) || hasCallList(found))) return listed;
  const single = findJsonObjects(answer).flatMap(read);
  if (single.length > 0) return single;
  if (listed.length > 0) return listed;
  // A program that defines the function itself calls no tool.
  const own = new Set([...answer.matchAll(definition)].map(([, name]) => name));
  return readPython(answer, known)
    .map((call) => ({ ...call, name: plainName(call.name) }))
    .filter(({ name }) => !own.has(name));
}

/** Whether the first call in JSON is only shown: "For example: {...}", "the call would be: {...}". */
export function isShownCall(given: string): boolean {
  if (recorded.test(given)) return false;
  const answer = plainTemplate(given);
  const call = findJsonValues(answer).find(({ value }) => readCalls(value, new Set()).length > 0);
  return (
    call !== undefined && shownBefore.test(answer.slice(Math.max(0, call.start - 120), call.start))
  );
}

/** A call in a form of its own, and where it is written. */
interface PlacedCall {
  readonly call: ToolCall;
  readonly start: number;
  readonly end: number;
}

/** The calls that do not stand in another one: what an argument says is no call, whatever it looks like. */
function withoutArguments(
  written: readonly PlacedCall[],
  answer: string,
  read: (value: JsonValue) => readonly ToolCall[],
): readonly ToolCall[] {
  if (parsePythonCalls(answer).length > 0) return [];
  const inJson = findJsonValues(answer).filter(({ value }) => read(value).length > 0);
  const spans = [...written, ...inJson].sort((a, b) => a.start - b.start || b.end - a.end);
  let coveredTo = 0;
  return spans.flatMap((span) => {
    if (span.start < coveredTo) return [];
    coveredTo = span.end;
    return 'call' in span ? [span.call] : [];
  });
}

/** Calls in Python: all of an answer, or a paragraph of it that is a list of calls or known ones. */
function readPython(answer: string, known: ReadonlySet<string>): readonly ToolCall[] {
  const whole = parsePythonCalls(answer);
  if (whole.length > 0) return whole;
  const start = answer.slice(0, maxCharacters);
  const isKnown = ({ name }: ToolCall): boolean => known.has(plainName(name));
  const fenced = parsePythonCalls(pythonFence.exec(start)?.[1] ?? '').filter(isKnown);
  if (fenced.length > 0) return fenced;
  return start
    .split(/\n\s{0,20}\n|\n(?=\[[A-Za-z_])/)
    .map((paragraph) => ({ paragraph, calls: parsePythonCalls(paragraph) }))
    .flatMap(({ paragraph, calls }) =>
      paragraph.trimStart().startsWith('[') ? calls : calls.filter(isKnown),
    );
}

function readBlocks(answer: string): readonly PlacedCall[] {
  return findPythonBlocks(answer.slice(0, maxCharacters)).flatMap(({ code, start, end }) => {
    const calls = parsePythonCalls(code);
    return calls.map((call, at) => ({
      call: { ...call, name: plainName(call.name) },
      start: start + at,
      end: at === calls.length - 1 ? end : start + at + 1,
    }));
  });
}

function hasCallList(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && findCallList(value) !== undefined;
}

function findCallList(object: JsonObject): JsonValue | undefined {
  return callLists.map((member) => object[member]).find((list) => Array.isArray(list));
}

/** The calls of a provider's response: `{"candidates": [{"content": {"parts": [...]}}]}`. */
function readResponse(response: JsonObject, known: ReadonlySet<string>): readonly ToolCall[] {
  const parts = responseMembers.flatMap((member) => response[member] ?? []).filter(isJsonObject);
  return parts.flatMap((part) => {
    const type = part['type'];
    const isMarked =
      (typeof type === 'string' && callTypes.test(type)) ||
      hasCallList(part) ||
      callMembers.some((member) => isJsonObject(part[member]));
    return isMarked ? readCalls(part, known) : readResponse(part, known);
  });
}

function readCalls(value: JsonValue, known: ReadonlySet<string>): readonly ToolCall[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => readCalls(item, known));
  if (!isJsonObject(value)) return [];
  const list = findCallList(value);
  if (list !== undefined) return readCalls(list, known);
  // OpenAI's, Gemini's and Bedrock's forms wrap the call; Anthropic's calls the arguments "input".
  const wrapped = callMembers.map((member) => value[member]).find(isJsonObject);
  if (wrapped !== undefined) return readCalls(wrapped, known);
  const nameMember = nameMembers.find((one) => typeof value[one] === 'string');
  if (nameMember === undefined) return readResponse(value, known);
  const name = value[nameMember] as string;
  const member = argumentMembers.find((one) => Object.hasOwn(value, one));
  if (member === undefined) {
    if (nameMember !== 'name') return [];
    const isAlone = Object.keys(value).every((key) => /^(?:name|id|type)$/.test(key));
    const isCall = isAlone && (toolName.test(name) || known.has(plainName(name)));
    return isCall ? [{ name: plainName(name), arguments: {} }] : [];
  }
  const given = value[member] as JsonValue;
  // Only "arguments" is also written as JSON in a text.
  if (member !== 'arguments' && !isJsonObject(given)) return [];
  if (isDefinition(value, given)) return [];
  return [{ name: plainName(name), arguments: readArguments(given) }];
}

/** What a tool takes, as a schema: a definition of it, and no call. */
function isDefinition(value: JsonObject, given: JsonValue): boolean {
  if (!isJsonObject(given)) return false;
  const isSchema = given['type'] === 'object' && isJsonObject(given['properties']);
  return isSchema && (typeof value['description'] === 'string' || value['parameters'] === given);
}

function readArguments(given: JsonValue): JsonObject | undefined {
  if (given === null || given === '') return {};
  const value = typeof given === 'string' ? parseObject(given) : given;
  return isJsonObject(value) ? value : undefined;
}

function parseObject(text: string): JsonValue | undefined {
  const found = findJson(text);
  return found?.isWhole === true ? found.value : undefined;
}

function plainName(name: string): string {
  return name.replace(prefix, '');
}

function readTagged(answer: string): readonly PlacedCall[] {
  if (!answer.includes('<')) return [];
  const text = answer.slice(0, maxCharacters);
  const keyedCalls = [...text.matchAll(keyed)].map((match): PlacedCall => {
    const [, name = '', body = ''] = match;
    return place(match, { name: plainName(name), ...readUntyped(body, keyedArgument) });
  });
  const taggedCalls = [...text.matchAll(tagged)].map((match): PlacedCall => {
    const name = plainName((match[1] ?? match[3]) as string);
    const body = (match[2] ?? match[4] ?? '').trim();
    const untyped = readUntyped(body, parameter);
    if (Object.keys(untyped.arguments).length > 0) return place(match, { name, ...untyped });
    return place(match, { name, arguments: body === '' ? {} : readArguments(body) });
  });
  return [...keyedCalls, ...taggedCalls];
}

/** Keys and values in tags of their own. */
function readUntyped(body: string, pair: RegExp): { arguments: JsonObject; isUntyped: true } {
  const given = [...body.matchAll(pair)].map(
    ([, key, value]) => [key as string, value as string] as const,
  );
  return { arguments: Object.fromEntries(given), isUntyped: true };
}

function place({ index, 0: match }: RegExpExecArray, call: ToolCall): PlacedCall {
  return { call, start: index, end: index + match.length };
}

function readNamed(answer: string): readonly PlacedCall[] {
  const found = [...answer.matchAll(named), ...answer.matchAll(action)];
  return found.slice(0, maxCalls).map((match) => {
    const start = match.index + match[0].length;
    const values = findJsonValues(answer.slice(start, match.index + 20_000));
    const given = values.find(({ value }) => isJsonObject(value));
    const args = given?.value;
    const call = {
      name: plainName(match[1] as string),
      arguments: isJsonObject(args) ? args : undefined,
    };
    // Of broken arguments, nobody knows where they end.
    return { call, start: match.index, end: given?.start === 0 ? start + given.end : start };
  });
}
