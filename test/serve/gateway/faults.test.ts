import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerResponse } from 'node:http';
import type { ProtocolName } from '../../../src/llm/protocol.js';
import { protocols } from '../../../src/llm/protocol.js';
import { readStreamText } from '../../support/answer-events.js';
import {
  answerAs,
  ask,
  buildMessage,
  messageEvents,
  pathOf,
  startGateway,
  typed,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer } from '../../support/router.js';
import { scaleTime } from '../../support/test-run.js';
import { delta, event, roleOnly, writeStream, type Reply } from '../../support/scripted-server.js';

/** How a response goes wrong. */
interface Broken {
  readonly kind: ProtocolName;
  readonly isStream: boolean;
  /** Whether a part of the answer has been sent. */
  readonly hasBegun: boolean;
}

type Fault = (response: ServerResponse, broken: Broken) => void;

function sendStatus(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error: { type, message: 'scripted' } }));
}

/** An error with a status before anything was sent, and one inside the 200 after it. */
function failWith(status: number, type: string): Fault {
  return (response, { isStream, hasBegun }) => {
    if (!response.headersSent) return sendStatus(response, status, type);
    const error = { type: 'error', error: { type, code: status, message: 'scripted' } };
    response.end(isStream && hasBegun ? `event: error\n${event(error)}` : JSON.stringify(error));
    return undefined;
  };
}

function endWith(reason: string): Fault {
  return (response, { kind, isStream }) => {
    if (!isStream) {
      const body =
        kind === 'openai'
          ? buildAnswer('No.', {}, reason)
          : buildMessage([{ type: 'text', text: 'No.' }], reason);
      response.end(response.headersSent ? 'x' : JSON.stringify(body));
      return;
    }
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    const end =
      kind === 'openai'
        ? `${delta({}, reason)}data: [DONE]\n\n`
        : typed('message_delta', { delta: { stop_reason: reason } }) + typed('message_stop');
    response.end(end);
  };
}

/** The only fault that takes time; all others end at once. */
const stall = 'no further data';
const stallMs = scaleTime(500);

const faults: Readonly<Record<string, Fault>> = {
  'an error 500': failWith(500, 'api_error'),
  'a rate limit': failWith(429, 'rate_limit_error'),
  'a refused key': failWith(401, 'authentication_error'),
  'an overload': failWith(529, 'overloaded_error'),
  'a reset connection': (response) => void response.destroy(),
  'an end too early': (response) => void response.end(),
  'data that is no JSON': (response) =>
    void response.end(response.headersSent ? 'data: {"choices": [oops\n\n' : '<html>oops'),
  [stall]: (response) => void response.flushHeaders(),
  'an unknown finish reason': endWith('abandoned'),
  'an empty finish reason': endWith(''),
};

/** Sends the beginning of an answer, if one is to be sent, and then fails. */
function breakWith(fault: Fault, broken: Broken): Reply {
  return async (response) => {
    const { kind, isStream, hasBegun } = broken;
    if (hasBegun && isStream) {
      const pieces =
        kind === 'openai' ? [roleOnly, delta({ content: 'It' })] : messageEvents('It').slice(0, 2);
      await writeStream(response, pieces);
    } else if (hasBegun) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const whole =
        kind === 'openai' ? buildAnswer('It') : buildMessage([{ type: 'text', text: 'It' }]);
      const text = JSON.stringify(whole);
      response.write(text.slice(0, text.length / 2));
    }
    fault(response, broken);
  };
}

const names: readonly ProtocolName[] = ['openai', 'anthropic'];
const context = { secrets: [], now: () => new Date(0) };

describe.each(names.flatMap((caller) => names.map((kind) => ({ caller, kind }))))(
  'a caller of $caller, with models of $kind',
  ({ caller, kind }) => {
    let reply: Reply;
    let patient: TestGateway;
    let impatient: TestGateway;

    beforeAll(async () => {
      const served = {
        large: { kind, reply: (...given: Parameters<Reply>) => reply(...given) },
        small: { kind, reply: answerAs(kind, 'It is 4.') },
      };
      // Each request finds the endpoint as if nothing had happened before.
      const breaker = { failureThreshold: 1000, refusalThreshold: 1000, rateLimitMs: 0.001 };
      const [firstByteMs, firstContentMs, idleMs] = [stallMs, stallMs, stallMs];
      patient = await startGateway(served, { breaker });
      const timeouts = { connectMs: stallMs, firstByteMs, firstContentMs, idleMs };
      impatient = await startGateway(served, { breaker, timeouts });
    });

    beforeEach(() => {
      patient.log.length = 0;
      impatient.log.length = 0;
    });

    afterAll(async () => {
      await patient.close();
      await impatient.close();
    });

    const findGateway = (fault: string): TestGateway => (fault === stall ? impatient : patient);

    it.each(Object.keys(faults))('gets a whole answer in spite of %s', async (name) => {
      const test = findGateway(name);
      for (const hasBegun of [false, true]) {
        reply = breakWith(faults[name] as Fault, { kind, isStream: false, hasBegun });
        const response = await test.post(pathOf[caller], ask(caller));
        expect(response.status).toBe(200);
        expect(response.headers.get('x-routesmith-attempts')).toBe('2');
        const { conclusion } = protocols[caller].readAnswer(await response.json(), context);
        expect(conclusion).toMatchObject({ kind: 'answered', ending: 'complete' });
      }
      expect(test.log.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
        ['failed', 'answered'],
        ['failed', 'answered'],
      ]);
    });

    it.each(Object.keys(faults))('gets a stream in spite of %s before it', async (name) => {
      const test = findGateway(name);
      reply = breakWith(faults[name] as Fault, { kind, isStream: true, hasBegun: false });
      const response = await test.post(pathOf[caller], ask(caller, { stream: true }));
      expect(response.headers.get('x-routesmith-attempts')).toBe('2');
      const { text, conclusion } = readStreamText(caller, await response.text());
      expect(text).toBe('It is 4.');
      expect(conclusion).toMatchObject({ kind: 'answered', ending: 'complete' });
    });

    it.each(Object.keys(faults))('is told of %s within a stream', async (name) => {
      const test = findGateway(name);
      reply = breakWith(faults[name] as Fault, { kind, isStream: true, hasBegun: true });
      const before = test.servers['small']?.requests.length;
      const response = await test.post(pathOf[caller], ask(caller, { stream: true }));
      const stream = await response.text();
      const { text, conclusion } = readStreamText(caller, stream);
      expect(text).toBe('It');
      expect(conclusion.kind).toBe('failed');
      expect(stream).toContain('stream_truncated');
      expect(stream).not.toMatch(/\[DONE\]|message_stop|"stop_reason":"|"finish_reason":"/);
      expect(test.log).toMatchObject([{ outcome: 'broken', error: 'stream_truncated' }]);
      expect(test.servers['small']?.requests.length).toBe(before);
    });
  },
);
