import { gzipSync } from 'node:zlib';
import { deepJson, wideJson } from '../hostile-replies.js';
import { delta } from '../scripted-server.js';
import {
  always,
  answerText,
  answerWith,
  breaksOff,
  contentEvent,
  finishEvent,
  isAnswer,
  isAnyAnswer,
  isFault,
  ordinaryEnd,
  sendEndlessly,
  sendStream,
  sendText,
  writeEvents,
  streamed,
  writeWhole,
  type Behavior,
  type Form,
  type HostileReply,
} from './behavior.js';

/** The same text as a whole body, or as the data of an event after the first content. */
function sendJson(text: string): (form: Form) => HostileReply {
  return (form) =>
    form === 'whole'
      ? sendText(text)
      : sendStream(contentEvent, `data: ${text}\n\n`, ...ordinaryEnd);
}

const gigabyteOfSpaces = (): Uint8Array => {
  bomb ??= gzipSync(Buffer.alloc(2 ** 30, ' '), { level: 1 });
  return bomb;
};
let bomb: Uint8Array | undefined;

const noJson: readonly Behavior[] = [
  { name: 'text that is no JSON', reply: sendJson('<oops>'), verdict: breaksOff },
  {
    name: 'JSON that ends early',
    reply: sendJson('{"choices":[{"index":0,"mess'),
    verdict: breaksOff,
  },
  {
    name: 'JSON with more after it',
    reply: sendJson(`${writeWhole()} trailing`),
    verdict: breaksOff,
  },
  { name: 'a number for a body', reply: sendJson('42'), verdict: breaksOff },
  { name: 'a text for a body', reply: sendJson('"It is 4."'), verdict: breaksOff },
  { name: 'a list of lists for a body', reply: sendJson('[[[]]]'), verdict: breaksOff },
  { name: 'JSON that is 100,000 deep', reply: sendJson(deepJson), verdict: breaksOff },
  {
    name: 'usage that is 100,000 deep',
    reply: sendJson(`{"choices":[],"usage":{"a":${deepJson}}}`),
    verdict: breaksOff,
  },
  {
    name: 'JSON of half a million members',
    reply: sendJson(`{"choices":[],"x":${wideJson}}`),
    verdict: breaksOff,
  },
  {
    name: 'an empty body',
    reply: (form) => (form === 'whole' ? sendText('') : sendStream()),
    verdict: isFault,
  },
  {
    name: 'a web page',
    reply: always(sendText('<h1>Sign in</h1>', 200, { 'content-type': 'text/html' })),
    verdict: isFault,
  },
  {
    name: 'a web page called an event stream',
    reply: always(sendStream('<!doctype html>\n<h1>Sign in</h1>\n')),
    verdict: isFault,
  },
  {
    name: 'an answer in UTF-16',
    reply: (form) =>
      form === 'whole'
        ? sendText(Buffer.from(`\ufeff${writeWhole()}`, 'utf16le'))
        : sendStream(Buffer.from(`\ufeff${writeEvents().join('')}`, 'utf16le')),
    verdict: isFault,
  },
];

const readable: readonly Behavior[] = [
  {
    name: 'a byte order mark',
    reply: (form) =>
      form === 'whole' ? sendText(`\ufeff${writeWhole()}`) : sendStream(`\ufeff`, ...writeEvents()),
    verdict: isAnswer,
  },
  {
    name: 'an answer in a list of one',
    reply: (form) => (form === 'whole' ? sendText(`[${writeWhole()}]`) : answerWith()(form)),
    verdict: isAnswer,
  },
  {
    name: 'bytes that are no UTF-8',
    reply: (form) => {
      const bad = Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80]);
      const text = form === 'whole' ? writeWhole() : writeEvents().join('');
      const [before, after] = text.split(answerText) as [string, string];
      const bytes = Buffer.concat([Buffer.from(`${before}${answerText}`), bad, Buffer.from(after)]);
      return form === 'whole' ? sendText(bytes) : sendStream(bytes);
    },
    verdict: isAnyAnswer,
  },
  {
    name: 'white space before the answer',
    reply: (form) =>
      form === 'whole'
        ? sendText(`${' \n'.repeat(50_000)}${writeWhole()}`)
        : sendStream('\n'.repeat(50_000), ...writeEvents()),
    verdict: isAnswer,
  },
];

const encoded: readonly Behavior[] = [
  {
    name: 'an answer that is compressed, unasked',
    reply: (form) =>
      form === 'whole'
        ? sendText(gzipSync(writeWhole()), 200, gzip('application/json'))
        : sendText(gzipSync(writeEvents().join('')), 200, gzip('text/event-stream')),
    // The sweep asks for no compression and undoes none; fetch undoes it.
    verdict: (consumer) => (consumer === 'router' ? isAnswer() : isFault()),
  },
  {
    name: 'an answer that is only called compressed',
    reply: (form) =>
      form === 'whole'
        ? sendText(writeWhole(), 200, gzip('application/json'))
        : sendText(writeEvents().join(''), 200, gzip('text/event-stream')),
    verdict: (consumer) => (consumer === 'sweep' ? isAnswer() : isFault()),
  },
  {
    name: 'a gigabyte that is compressed to one megabyte',
    reply: (form) => (response, request) =>
      sendText(
        gigabyteOfSpaces(),
        200,
        gzip(form === 'whole' ? 'application/json' : 'text/event-stream'),
      )(response, request),
    verdict: isFault,
    isLong: true,
  },
  {
    name: 'an error of a compressed gigabyte',
    reply: always((response, request) =>
      sendText(gigabyteOfSpaces(), 500, gzip('application/json'))(response, request),
    ),
    verdict: isFault,
    isLong: true,
  },
];

const endless: readonly Behavior[] = [
  {
    name: 'a whole body without an end',
    reply: always(
      sendEndlessly('a'.repeat(2 ** 16), '{"choices":"', 200, {
        'content-type': 'application/json',
      }),
    ),
    verdict: isFault,
    isLong: true,
  },
  {
    name: 'an error without an end',
    reply: always(
      sendEndlessly('a'.repeat(2 ** 14), '{"error":"', 500, { 'content-type': 'application/json' }),
    ),
    verdict: isFault,
  },
  {
    name: 'a content of 3 MB',
    reply: (form) => answerWith({ message: { content: 'a'.repeat(3 * 2 ** 20) } })(form),
    verdict: isAnyAnswer,
    isLong: true,
  },
  {
    name: 'a content of 7 MB',
    reply: (form) => answerWith({ message: { content: 'a'.repeat(7 * 2 ** 20) } })(form),
    verdict: isFault,
    isLong: true,
  },
  {
    name: 'a text of 9 MB in pieces',
    reply: always(sendStream(delta({ content: 'a'.repeat(2 ** 20) }).repeat(9), ...ordinaryEnd)),
    verdict: streamed({ kind: 'broken_off' }),
    isLong: true,
  },
  {
    name: 'a content of 40 MB',
    reply: (form) => answerWith({ message: { content: 'a'.repeat(40 * 2 ** 20) } })(form),
    verdict: isFault,
    isLong: true,
  },
];

function gzip(type: string): Readonly<Record<string, string>> {
  return { 'content-type': type, 'content-encoding': 'gzip' };
}

/** Bodies that are not what they are called, or more than one should read. */
export const bodyBehaviors: readonly Behavior[] = [
  ...noJson,
  ...readable,
  ...encoded,
  ...endless,
  {
    name: 'a stream that is called JSON',
    reply: always(sendText(writeEvents().join(''))),
    verdict: isFault,
  },
  {
    name: 'a stream without a type',
    reply: always(sendText(`${contentEvent}${finishEvent}`, 200, {})),
    verdict: isFault,
  },
  {
    name: 'a whole answer that is called a stream',
    reply: always(sendStream(writeWhole())),
    // It has a finish reason, and is whole JSON, though no empty line ends it.
    verdict: isAnswer,
  },
];
