import type { JsonObject, JsonValue } from '../util/json.js';
import { createAnswerRedactor } from '../util/redact-secrets.js';
import { parseEventData } from './event-data.js';
import { createEvidence, type Evidence } from './evidence.js';
import { createFailure, readFailure, type Failure } from './failure.js';
import { findError } from './provider-error.js';
import type { SseEvent, SseParser } from './sse.js';
import type { ReadContext, ReadEvent, StreamEvent, StreamReader } from './types.js';

/** What a protocol knows of its own data: an event of a stream, or a whole answer as one event. */
export interface DataReader {
  /** Whether data has what the protocol's answers have, so that a `message` in it is no error. */
  isAnswer(data: JsonObject): boolean;
  /** What data says, with `end` where it is the protocol's own end. */
  read(data: JsonObject): StreamEvent[];
  /** What the protocol's own end adds, where something was held back until then. */
  end?(): StreamEvent[];
}

/** Reads the data of one response. */
export interface ResponseReader extends StreamReader {
  accept(event: { readonly type: string; readonly data: string }): ReadEvent;
  acceptData(data: JsonObject, isError?: boolean): ReadEvent;
  end(): ReadEvent;
}

const nothing: ReadEvent = { data: undefined, events: [] };

/**
 * Creates the reader of one response: what the protocols share, which is errors in any form,
 * keep-alives, the end, and whether the answer is whole.
 */
export function createResponseReader(
  context: ReadContext,
  createDataReader: (evidence: Evidence) => DataReader,
): ResponseReader {
  const evidence = createEvidence(context);
  const reader = createDataReader(evidence);

  function fail(failure: Failure): ReadEvent {
    evidence.fail(failure);
    return { data: undefined, events: [{ kind: 'failure', failure }] };
  }

  function failWith(body: JsonValue): ReadEvent {
    const { secrets } = context;
    const response = { status: undefined, body, headers: context.headers?.() };
    return fail(readFailure(response, { secrets, now: context.now() }));
  }

  function acceptData(data: JsonObject, isError = false): ReadEvent {
    const error = isError ? data : findError(data, reader.isAnswer(data));
    if (error !== undefined) return failWith(error);
    const events = reader.read(data).map((event) => hideKeys(event, context.secrets));
    if (events.some(({ kind }) => kind === 'end')) return end();
    for (const event of events) evidence.note(event);
    return { data, events };
  }

  function end(): ReadEvent {
    if (evidence.isOver()) return nothing;
    const events = reader.end?.() ?? [];
    for (const event of events) evidence.note(event);
    evidence.mark();
    return { data: undefined, events: [...events, { kind: 'end' }] };
  }

  return {
    acceptData,
    end,
    accept(event) {
      if (evidence.isOver()) return nothing;
      const isError = event.type === 'error';
      const data = parseEventData(event);
      switch (data.kind) {
        case 'done':
          return end();
        case 'empty':
          return isError ? failWith('') : nothing;
        case 'object':
          return acceptData(data.value, isError);
        default: {
          if (isError) return failWith(data.text);
          const said = { text: data.text, secrets: context.secrets };
          return fail(createFailure('malformed', `an event of the stream ${data.problem}`, said));
        }
      }
    },
    isOver: evidence.isOver,
    conclude: evidence.conclude,
  };
}

/**
 * The events that the end of a stream leaves in its parser. Without the empty line after it, an event
 * may be cut: it counts only if it is the mark of the end, an error, or whole JSON.
 */
export function listLastEvents(parser: SseParser): SseEvent[] {
  return parser.feed('\n\n').filter((event) => {
    const { kind } = parseEventData(event);
    return event.type === 'error' || kind === 'done' || kind === 'object';
  });
}

/** Kept by secrets, which most endpoints have one list of. */
const redactors = new WeakMap<ReadContext['secrets'], (text: string) => string>();

/** A server may give a key for the name of its model, which is logged and sent on. */
function hideKeys(event: StreamEvent, secrets: ReadContext['secrets']): StreamEvent {
  if (event.kind !== 'served') return event;
  let redact = redactors.get(secrets);
  if (redact === undefined) redactors.set(secrets, (redact = createAnswerRedactor(secrets)));
  const hide = (name: string | null): string | null =>
    name === null || redact(name) === name ? name : null;
  const { kind, model, provider, fingerprint } = event;
  return { kind, model: hide(model), provider: hide(provider), fingerprint: hide(fingerprint) };
}

/** Which model and provider served a response, if it says so. */
export function readServed(body: JsonObject): StreamEvent[] {
  const text = (value: JsonValue | undefined): string | null =>
    typeof value === 'string' && value !== '' ? value : null;
  const model = text(body['model']);
  const provider = text(body['provider']);
  const fingerprint = text(body['system_fingerprint']);
  return model === null && provider === null && fingerprint === null
    ? []
    : [{ kind: 'served', model, provider, fingerprint }];
}
