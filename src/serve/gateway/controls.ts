import { findNearestName } from '../../util/describe-issues.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { constraintKinds } from '../../policy/decide/constraints.js';
import type { Constraints } from '../../policy/decide/decision.js';
import { GatewayError } from './gateway-error.js';
import type { CallHeaders } from './http-call.js';

/** How a caller wants its request to be routed. */
export interface Controls {
  /** A model that is to answer; undefined for `auto`. */
  readonly model: string | undefined;
  readonly objective: string | undefined;
  readonly constraints: Constraints;
  /** The caller's name for the conversation. */
  readonly conversation: string | undefined;
  readonly task: string | undefined;
  /** Whether the answer is to hold the whole decision. */
  readonly explains: boolean;
}

/** The names that controls may hold. */
export interface KnownNames {
  readonly models: readonly string[];
  readonly objectives: readonly string[];
  readonly tasks: readonly string[];
  /** Models and objectives of the gateway that the caller's key may not use. */
  readonly closed: readonly string[];
}

interface ControlKind {
  /** The member of `routesmith` in the body. */
  readonly member: keyof Constraints | 'objective' | 'conversation' | 'task' | 'explain';
  readonly type: 'text' | 'amount' | 'share' | 'names' | 'flag';
}

const headerPrefix = 'x-routesmith-';

/** Each control by the end of its header's name. */
const kinds: Readonly<Record<string, ControlKind>> = {
  objective: { member: 'objective', type: 'text' },
  'max-cost-usd': { member: 'maxCostUsd', type: 'amount' },
  'max-latency-ms': { member: 'maxLatencyMs', type: 'amount' },
  'min-quality': { member: 'minQuality', type: 'share' },
  allow: { member: 'allow', type: 'names' },
  deny: { member: 'deny', type: 'names' },
  conversation: { member: 'conversation', type: 'text' },
  task: { member: 'task', type: 'text' },
  explain: { member: 'explain', type: 'flag' },
};

const maxTextLength = 256;
const maxNames = 1000;

/**
 * Reads a request's controls: its `model`, its `x-routesmith-…` headers and the `routesmith` member
 * of its body.
 *
 * @throws GatewayError `invalid_control` for one that is unknown, unreadable, or given twice with
 * different values; `unknown_model`
 */
export function readControls(headers: CallHeaders, body: JsonObject, known: KnownNames): Controls {
  const values = new Map<string, JsonValue>();
  const put = (name: string, value: JsonValue, param: string): void => {
    const old = values.get(name);
    if (old !== undefined && JSON.stringify(old) !== JSON.stringify(value)) {
      refuse(param, 'is given twice, with different values');
    }
    values.set(name, value);
  };
  for (const [header, text] of headers) {
    if (!header.startsWith(headerPrefix)) continue;
    const name = header.slice(headerPrefix.length);
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) return refuseUnknown(header, listHeaders());
    put(kind.member, parseText(text, kind, header), header);
  }
  const { routesmith = null } = body;
  if (routesmith !== null && !isJsonObject(routesmith)) refuse('routesmith', 'must be an object');
  for (const [member, value] of Object.entries((routesmith ?? {}) as JsonObject)) {
    const kind = Object.values(kinds).find((one) => one.member === member);
    const param = `routesmith.${member.slice(0, 60)}`;
    if (kind === undefined) return refuseUnknown(param, listMembers());
    put(member, checkValue(value, kind, param), param);
  }
  const target = readModel(body['model'], known);
  if (target.objective !== undefined) put('objective', target.objective, 'model');
  return { model: target.model, ...collect(values, known) };
}

function collect(
  values: ReadonlyMap<string, JsonValue>,
  known: KnownNames,
): Omit<Controls, 'model'> {
  const text = (name: string): string | undefined => values.get(name) as string | undefined;
  const check = (name: string, value: string | undefined, names: readonly string[]): void => {
    if (value === undefined || names.includes(value)) return;
    refuseName(name, value, { names, closed: known.closed });
  };
  check('objective', text('objective'), known.objectives);
  check('task', text('task'), known.tasks);
  const constraints: Record<string, JsonValue> = {};
  for (const [name, value] of values) {
    if (!Object.hasOwn(constraintKinds, name)) continue;
    if (Array.isArray(value)) {
      for (const id of value as readonly string[]) check(name, id, known.models);
    }
    constraints[name] = value;
  }
  return {
    objective: text('objective'),
    constraints,
    conversation: text('conversation'),
    task: text('task'),
    explains: values.get('explain') === true,
  };
}

/** `auto`, `auto:<objective>`, or the id of a model. */
function readModel(
  value: JsonValue | undefined,
  known: KnownNames,
): { readonly model: string | undefined; readonly objective: string | undefined } {
  if (typeof value !== 'string' || value === '') {
    const fix = 'Write "auto", "auto:<objective>" or the id of a model.';
    throw new GatewayError('invalid_request', `model: is missing. ${fix}`, { param: 'model' });
  }
  if (known.models.includes(value)) return { model: value, objective: undefined };
  if (value === 'auto') return { model: undefined, objective: undefined };
  if (value.startsWith('auto:')) {
    const objective = value.slice('auto:'.length);
    if (known.objectives.includes(objective)) return { model: undefined, objective };
    const toModels = (names: readonly string[]) => names.map((name) => `auto:${name}`);
    return refuseName('model', value, {
      names: toModels(known.objectives),
      closed: toModels(known.closed),
    });
  }
  const hint = suggest(value, { names: known.models, closed: known.closed });
  const message = `model: not known.${hint} GET /v1/models lists the models.`;
  throw new GatewayError('unknown_model', message, { param: 'model' });
}

/** A header's text as the value that a body would have. */
function parseText(text: string, kind: ControlKind, param: string): JsonValue {
  switch (kind.type) {
    case 'amount':
    case 'share':
      if (!/^\d{1,15}(?:\.\d{1,15})?(?:e-?\d{1,2})?$/i.test(text))
        refuse(param, 'must be a number');
      return checkValue(Number(text), kind, param);
    case 'names':
      return checkValue(
        text
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== ''),
        kind,
        param,
      );
    case 'flag':
      if (!['0', '1', 'false', 'true'].includes(text)) refuse(param, 'must be 0 or 1');
      return text === '1' || text === 'true';
    default:
      return checkValue(text, kind, param);
  }
}

function checkValue(value: JsonValue, { type }: ControlKind, param: string): JsonValue {
  const isText = (one: JsonValue): boolean =>
    typeof one === 'string' && one !== '' && one.length <= maxTextLength;
  switch (type) {
    case 'amount':
    case 'share': {
      const limit = type === 'share' ? 1 : Number.MAX_VALUE;
      const isValid = typeof value === 'number' && value >= 0 && value <= limit;
      if (!isValid)
        refuse(param, `must be a number of at least 0${type === 'share' ? ', at most 1' : ''}`);
      return value;
    }
    case 'names': {
      const isValid =
        Array.isArray(value) && value.length > 0 && value.length <= maxNames && value.every(isText);
      if (!isValid) refuse(param, 'must be a list of models');
      return value;
    }
    case 'flag':
      if (typeof value !== 'boolean') refuse(param, 'must be true or false');
      return value;
    default:
      if (!isText(value)) refuse(param, `must be a text of 1 to ${maxTextLength} characters`);
      return value;
  }
}

function refuse(param: string, problem: string): never {
  throw new GatewayError('invalid_control', `${param}: ${problem}.`, { param });
}

function refuseUnknown(param: string, known: readonly string[]): never {
  const name = /^[\w.-]{1,80}$/.test(param) ? param : 'this name';
  throw new GatewayError('invalid_control', `${name}: unknown; known are ${known.join(', ')}.`, {
    param: name,
  });
}

/** Names that a value may have, and those that exist, but not for the caller. */
interface NameChoice {
  readonly names: readonly string[];
  readonly closed: readonly string[];
}

/** The value itself is not repeated where it is nothing that is known: it may hold anything. */
function refuseName(param: string, value: string, choice: NameChoice): never {
  const hint = suggest(value, choice);
  const message = `${param}: unknown name.${hint} Known: ${choice.names.join(', ')}.`;
  throw new GatewayError('invalid_control', message, { param });
}

/** The most similar name; none for a name that exists and was meant. */
function suggest(value: string, { names, closed }: NameChoice): string {
  const nearest = closed.includes(value) ? undefined : findNearestName(value, names);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

function listHeaders(): string[] {
  return Object.keys(kinds).map((name) => headerPrefix + name);
}

function listMembers(): string[] {
  return Object.values(kinds).map(({ member }) => member);
}
