import { endlessStreams, keepAlives } from '../hostile-replies.js';
import { delta, done, event } from '../scripted-server.js';
import {
  always,
  answerText,
  contentEvent,
  finishEvent,
  isFault,
  ordinaryEnd,
  sendEndlessly,
  sendStream,
  streamed,
  writeEvents,
  type Behavior,
  type HostileReply,
  type Verdict,
} from './behavior.js';

const whole: Verdict = { kind: 'answer', text: answerText };
const brokenOff: Verdict = { kind: 'broken_off' };

function answers(name: string, ...pieces: readonly (string | Uint8Array)[]): Behavior {
  return { name, reply: always(sendStream(...pieces)), verdict: streamed(whole) };
}

function faults(name: string, ...pieces: readonly string[]): Behavior {
  return { name, reply: always(sendStream(...pieces)), verdict: isFault };
}

function breaks(name: string, ...pieces: readonly string[]): Behavior {
  return {
    name,
    reply: always(sendStream(contentEvent, ...pieces)),
    verdict: streamed(brokenOff),
  };
}

/** Sends pieces, one each few milliseconds; the last one again and again until the end of time. */
function drip(pieces: readonly string[], everyMs = 5): HostileReply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let next = 0;
    const timer = setInterval(() => {
      response.write(pieces[Math.min(next, pieces.length - 1)]);
      next += 1;
    }, everyMs);
    response.on('close', () => clearInterval(timer));
  };
}

/** Sends pieces, waits, and sends the rest; keeps the connection open without a rest. */
function pause(first: readonly string[], rest?: readonly string[]): HostileReply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of first) response.write(piece);
    if (rest === undefined) return;
    setTimeout(() => {
      for (const piece of rest) response.write(piece);
      response.end();
    }, 60);
  };
}

/** Endings without a normal end, and errors in every form that a stream can have. */
const endings: Readonly<Record<string, readonly string[]>> = {
  'nothing more': [],
  'the mark of the end without a reason, after null': [delta({}, null).replace('null', '""'), done],
  'an error object': [event({ error: { code: 502, message: 'upstream' } }), done],
  'an error event': ['event: error\ndata: {"message":"upstream"}\n\n', done],
  'an error event without data': ['event: error\ndata:\n\n', done],
  'a bare line of JSON': ['{"error":{"message":"upstream"}}\n\n', done],
  'a line called error': ['error: {"message":"upstream"}\n\n', done],
  'an object called error': [event({ object: 'error', message: 'dead', code: 500 }), done],
  'an error in a list': [event([{ error: { code: 503, message: 'busy' } }]), done],
  'an error in a choice': [
    event({ choices: [{ index: 0, delta: {}, error: { code: 502, message: 'x' } }] }),
    done,
  ],
  'an error that is a text': [event({ error: 'overloaded' }), done],
  'an error and a finish reason': [
    event({ error: { message: 'x' }, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    done,
  ],
  'a detail': [event({ detail: 'engine dead' }), done],
  'an event that is no JSON': ['data: <oops>\n\n', ...ordinaryEnd],
  'an event that is cut off': ['data: {"choices":[{"index":0,"delta":{"con'],
};

function errorBehaviors(): Behavior[] {
  return Object.entries(endings).flatMap(([name, pieces]) => [
    { ...faults(`${name} instead of content`, ...pieces), isLong: name.startsWith('an error') },
    breaks(`${name} after content`, ...pieces),
  ]);
}

const bytes = (text: string): Uint8Array[] => [...Buffer.from(text)].map((byte) => Buffer.of(byte));

const oddButWhole: readonly Behavior[] = [
  answers('lines that end in CR only', ...writeEvents().map((text) => text.replaceAll('\n', '\r'))),
  answers('lines that end in CRLF', ...writeEvents().map((text) => text.replaceAll('\n', '\r\n'))),
  answers('one byte at a time', ...bytes(writeEvents().join(''))),
  answers('the mark of the end twice', ...writeEvents(), done),
  answers('content after the end', ...writeEvents(), delta({ content: ' No, 5.' })),
  answers('the finish reason twice', contentEvent, finishEvent, ...ordinaryEnd),
  answers(
    'a role with the finish reason again',
    contentEvent,
    finishEvent,
    delta({ role: 'assistant' }, 'stop'),
    done,
  ),
  answers('no mark of the end', contentEvent, finishEvent),
  answers('data in several lines', writeEvents().join('').replace('{"model"', '{\ndata: "model"')),
  answers('absurd fields', 'retry: 1e99\nid: \u0000\nx: y\n\n', ...writeEvents()),
  answers('thousands of comments', ': ping\n\n'.repeat(5000), ...writeEvents()),
  answers('pings between', ...writeEvents().flatMap((text) => ['event: ping\ndata: {}\n\n', text])),
  {
    name: 'one event of 4 MB',
    isLong: true,
    reply: always(sendStream(delta({ content: 'a'.repeat(2 ** 22) }), ...ordinaryEnd)),
    verdict: streamed({ kind: 'answer', text: 'a'.repeat(2 ** 22) }),
  },
  {
    name: 'a late mark of the end',
    reply: always(pause([contentEvent, finishEvent], [done])),
    verdict: streamed(whole),
  },
  {
    name: 'a connection that stays open after the end',
    reply: always(pause(writeEvents())),
    isSlow: true,
    verdict: streamed(whole),
  },
];

function endlessBehaviors(): Behavior[] {
  return Object.entries(endlessStreams).map(([name, reply]) => ({
    name: `endless ${name}`,
    reply: always(reply),
    verdict: isFault,
    isLong: name !== 'comments',
  }));
}

function slowBehaviors(): Behavior[] {
  const kept = Object.entries(keepAlives).flatMap(([name, piece]): Behavior[] => [
    {
      name: `only ${name}, forever`,
      reply: always(drip([piece])),
      verdict: isFault,
      isSlow: true,
      isLong: name !== 'roles',
    },
    {
      name: `only ${name} after content, forever`,
      reply: always(drip([contentEvent, piece])),
      verdict: streamed(brokenOff),
      isSlow: true,
      isLong: name !== 'comments',
    },
  ]);
  return [
    ...kept,
    {
      name: 'content that never ends, drop by drop',
      reply: always(drip([delta({ content: 'a' })])),
      verdict: streamed(brokenOff),
      isSlow: true,
    },
    {
      name: 'silence after content',
      reply: always(pause([contentEvent])),
      verdict: streamed(brokenOff),
      isSlow: true,
    },
    {
      name: 'silence after a role',
      reply: always(pause([delta({ role: 'assistant' })])),
      verdict: isFault,
      isSlow: true,
    },
  ];
}

/** Streams that end otherwise than they should, late, or never. */
export const streamBehaviors: readonly Behavior[] = [
  ...oddButWhole,
  ...errorBehaviors(),
  faults('only the mark of the end', done),
  faults('only comments and the mark of the end', ': ping\n\n'.repeat(5), done),
  faults('a role and the mark of the end', delta({ role: 'assistant', content: '' }), done),
  ...endlessBehaviors(),
  ...slowBehaviors(),
  {
    name: 'content without an end',
    reply: always(sendEndlessly(delta({ content: 'a'.repeat(60_000) }))),
    verdict: streamed(brokenOff),
    isLong: true,
  },
];
