import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CellOutcome } from '../../../src/measure/ledger/ledger-entry.js';
import { delta, done, event, usageEvent, type SeenRequest } from '../scripted-server.js';

/** How a server answers, whatever it was asked for. */
export type Form = 'whole' | 'streamed';

export const forms: readonly Form[] = ['whole', 'streamed'];

/** Who reads what a server sends. */
export type Consumer = 'sweep' | 'router';

/** What a reader must make of a response. */
export type Verdict =
  /** An answer. Its text is compared, unless it is undefined. */
  | { readonly kind: 'answer'; readonly text: string | undefined }
  /** No answer: the sweep records no label, and the router asks another model. */
  | { readonly kind: 'fault' }
  /** As a fault, but content came first: the router's caller may be told that the stream broke off. */
  | { readonly kind: 'broken_off' }
  /** It says something about the model, so that it is a label of the sweep. */
  | { readonly kind: 'label'; readonly outcome: CellOutcome; readonly routed: LabelRouting };

/** What the router does with an answer or a refusal that is a label: other models may be asked, too. */
export type LabelRouting = 'returned' | 'failed_over' | 'refused';

/** What a hostile server knows of a request and of its surroundings. */
export interface HostileRequest extends SeenRequest {
  /** A server that no request may reach. */
  readonly elsewhere: string;
  /** The key that came with the request. */
  readonly key: string;
}

export type HostileReply = (
  response: ServerResponse<IncomingMessage>,
  request: HostileRequest,
) => void | Promise<void>;

/** One thing that a server does, and what every reader must make of it. */
export interface Behavior {
  readonly name: string;
  reply(form: Form): HostileReply;
  verdict(consumer: Consumer, form: Form): Verdict;
  /** @default 'openai' */
  readonly protocol?: 'openai' | 'anthropic';
  /** Ended by a time limit, which is made short for it. @default false */
  readonly isSlow?: boolean;
  /** What reading it may take, several times at once, on a busy machine; the grid measures it. */
  readonly maxSeconds?: number;
  /** Takes seconds or hundreds of megabytes, or is much like another one. @default false */
  readonly isLong?: boolean;
}

export const answerText = 'It is 4.';

export const isAnswer = (): Verdict => ({ kind: 'answer', text: answerText });
export const isAnyAnswer = (): Verdict => ({ kind: 'answer', text: undefined });
export const isFault = (): Verdict => ({ kind: 'fault' });
/** A fault; where an answer is streamed, after content. */
export const breaksOff = (_consumer: Consumer, form: Form): Verdict =>
  form === 'streamed' ? { kind: 'broken_off' } : { kind: 'fault' };
export const isLabel = (outcome: CellOutcome, routed: LabelRouting) => (): Verdict => ({
  kind: 'label',
  outcome,
  routed,
});

/** The verdict of a server that streams although a whole answer was asked for. */
export function streamed(verdict: Verdict) {
  return (consumer: Consumer, form: Form): Verdict =>
    consumer === 'router' && form === 'whole' ? { kind: 'fault' } : verdict;
}

const eventStream = { 'content-type': 'text/event-stream' };

/** Replies with a text and these headers. */
export function sendText(
  text: string | Uint8Array,
  status = 200,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): HostileReply {
  return (response) => {
    response.writeHead(status, { ...headers });
    response.end(text);
  };
}

/** Replies with a stream of these pieces. */
export function sendStream(...pieces: readonly (string | Uint8Array)[]): HostileReply {
  return (response) => {
    response.writeHead(200, eventStream);
    for (const piece of pieces) response.write(piece);
    response.end();
  };
}

/** Writes a piece until the other side has enough. */
export function sendEndlessly(
  piece: string | Uint8Array,
  first = '',
  status = 200,
  headers: Readonly<Record<string, string>> = eventStream,
): HostileReply {
  return (response) => {
    response.writeHead(status, { ...headers });
    if (first !== '') response.write(first);
    const write = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', write);
    response.on('error', () => undefined);
    write();
  };
}

/** Writes bytes to the connection, without a head; keeps it open or repeats a piece of its own. */
export function sendRaw(
  bytes: string | Uint8Array,
  then: { readonly ends?: boolean; readonly repeats?: string; readonly everyMs?: number } = {},
): HostileReply {
  return ({ socket }) => {
    if (socket === null) return;
    socket.on('error', () => undefined);
    socket.write(bytes);
    if (then.ends === true) socket.end();
    if (then.repeats === undefined) return;
    const piece = then.repeats;
    const timer = setInterval(() => void socket.write(piece), then.everyMs ?? 1);
    socket.on('close', () => clearInterval(timer));
  };
}

/** What an otherwise ordinary answer differs in. */
export interface AnswerChanges {
  /** Members of the message or the delta. @default the content */
  readonly message?: Readonly<Record<string, unknown>>;
  readonly reason?: unknown;
  readonly usage?: unknown;
  /** Members of the body, or of the chunk that has the content. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly index?: unknown;
}

/** The body of an ordinary answer, but for what is given. */
export function writeWhole(changes: AnswerChanges = {}): string {
  const { message = { content: answerText }, reason = 'stop', members, index = 0 } = changes;
  return JSON.stringify({
    id: 'answer-1',
    model: 'served-model',
    choices: [{ index, message: { role: 'assistant', ...message }, finish_reason: reason }],
    usage: 'usage' in changes ? changes.usage : ordinaryUsage,
    ...members,
  });
}

/** The events of an ordinary answer, but for what is given. */
export function writeEvents(changes: AnswerChanges = {}): string[] {
  const { message = { content: answerText }, reason = 'stop', members, index = 0 } = changes;
  const chunk = (part: object, finish: unknown, more: object = {}): string =>
    event({
      model: 'served-model',
      choices: [{ index, delta: part, finish_reason: finish }],
      ...more,
    });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    chunk(message, null, members),
    chunk({}, reason),
    event({ choices: [], usage: 'usage' in changes ? changes.usage : ordinaryUsage }),
    done,
  ];
}

const ordinaryUsage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** An ordinary answer in either form, but for what is given. */
export function answerWith(changes: AnswerChanges = {}): (form: Form) => HostileReply {
  return (form) =>
    form === 'whole' ? sendText(writeWhole(changes)) : sendStream(...writeEvents(changes));
}

/** The same reply in both forms. */
export function always(reply: HostileReply): () => HostileReply {
  return () => reply;
}

/** Content, then what ends the stream, usually not as it should. */
export const contentEvent = delta({ content: answerText });
export const finishEvent = delta({}, 'stop');
export const ordinaryEnd = [finishEvent, usageEvent(ordinaryUsage), done];
