import {
  always,
  answerWith,
  breaksOff,
  contentEvent,
  isAnswer,
  isFault,
  sendRaw,
  sendText,
  writeEvents,
  writeWhole,
  type Behavior,
  type Form,
  type HostileReply,
} from './behavior.js';

const okHead = 'HTTP/1.1 200 OK\r\n';

function contentType(form: Form): string {
  return `content-type: ${form === 'whole' ? 'application/json' : 'text/event-stream'}\r\n`;
}

/** A raw response: the status line, headers, and the bytes of the body. */
function raw(form: Form, headers: string, body: string): HostileReply {
  return sendRaw(`${okHead}${contentType(form)}${headers}\r\n${body}`, { ends: true });
}

function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

const ordinary = (form: Form): string => (form === 'whole' ? writeWhole() : writeEvents().join(''));
/** A part of an answer: for a stream, one with content. */
const begun = (form: Form): string => (form === 'whole' ? writeWhole().slice(0, 60) : contentEvent);

const resets: readonly Behavior[] = [
  {
    name: 'a reset before any byte',
    reply: always((response) => void response.socket?.resetAndDestroy()),
    verdict: isFault,
  },
  {
    name: 'an end before any byte',
    reply: always((response) => void response.socket?.end()),
    verdict: isFault,
  },
  {
    name: 'a reset after the headers',
    reply: (form) => (response) => {
      response.socket?.write(
        `${okHead}${contentType(form)}transfer-encoding: chunked\r\n\r\n`,
        () => response.socket?.resetAndDestroy(),
      );
    },
    verdict: isFault,
  },
  {
    name: 'a reset within the answer',
    reply: (form) => (response) => {
      response.writeHead(200, {
        'content-type': form === 'whole' ? 'application/json' : 'text/event-stream',
      });
      response.write(begun(form), () => {
        // The piece arrives before the reset does.
        setTimeout(() => response.socket?.resetAndDestroy(), 40);
      });
    },
    verdict: breaksOff,
  },
];

const lengths: readonly Behavior[] = [
  {
    name: 'a body shorter than its length',
    reply: (form) => raw(form, 'content-length: 100000\r\n', begun(form)),
    verdict: breaksOff,
  },
  {
    name: 'a body longer than its length',
    reply: (form) =>
      form === 'whole'
        ? raw(form, 'content-length: 60\r\nconnection: close\r\n', writeWhole())
        : raw(
            form,
            `content-length: ${contentEvent.length}\r\nconnection: close\r\n`,
            ordinary(form).slice(ordinary(form).indexOf(contentEvent)),
          ),
    verdict: (_consumer, form) => (form === 'whole' ? isFault() : { kind: 'broken_off' }),
  },
  {
    name: 'a chunk that ends early',
    reply: (form) =>
      raw(form, 'transfer-encoding: chunked\r\n', `${chunked(begun(form))}fff\r\nabc`),
    verdict: breaksOff,
  },
  {
    name: 'chunks without the last one',
    reply: (form) => raw(form, 'transfer-encoding: chunked\r\n', chunked(begun(form))),
    verdict: breaksOff,
  },
  {
    name: 'a chunk whose length is no number',
    reply: (form) => raw(form, 'transfer-encoding: chunked\r\n', 'zzz\r\nabc\r\n0\r\n\r\n'),
    verdict: isFault,
  },
  {
    name: 'both a length and chunks',
    reply: (form) =>
      raw(
        form,
        'content-length: 5\r\ntransfer-encoding: chunked\r\n',
        `${chunked('data:')}0\r\n\r\n`,
      ),
    verdict: isFault,
  },
];

const heads: readonly Behavior[] = [
  {
    name: 'no HTTP at all',
    reply: always(sendRaw('\u0000\u0001 hello\r\n\r\n', { ends: true })),
    verdict: isFault,
  },
  {
    name: 'the banner of another protocol',
    reply: always(sendRaw('SSH-2.0-OpenSSH_9\r\n', { ends: true })),
    verdict: isFault,
  },
  {
    name: 'status 999',
    reply: always(sendRaw('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n', { ends: true })),
    verdict: isFault,
  },
  {
    name: 'status 101',
    reply: always(
      sendRaw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', {
        ends: true,
      }),
    ),
    verdict: isFault,
  },
  {
    name: 'a header of 5 MB',
    reply: always(sendRaw(`${okHead}x: ${'a'.repeat(5_000_000)}\r\n\r\n`, { ends: true })),
    verdict: isFault,
  },
  {
    name: 'headers without an end',
    reply: always(sendRaw(okHead, { repeats: `x: ${'a'.repeat(100)}\r\n` })),
    verdict: isFault,
    isSlow: true,
  },
  {
    name: 'headers letter by letter',
    reply: always(sendRaw(`${okHead}x-slow: `, { repeats: 'a', everyMs: 20 })),
    verdict: isFault,
    isSlow: true,
  },
  { name: 'no response', reply: always(() => undefined), verdict: isFault, isSlow: true },
  {
    name: '50 early hints before the answer',
    reply: (form) => async (response, request) => {
      for (let count = 0; count < 50; count++)
        response.writeEarlyHints({ link: '</x>; rel=preload' });
      await answerWith()(form)(response, request);
    },
    verdict: isAnswer,
  },
  {
    name: 'early hints without an end',
    reply: always(sendRaw('', { repeats: 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n' })),
    verdict: isFault,
    isSlow: true,
  },
];

const redirectStatuses = [300, 301, 302, 303, 307, 308] as const;

const redirects: readonly Behavior[] = [
  ...redirectStatuses.map((status): Behavior => ({
    name: `redirect ${status} to another host`,
    reply: always((response, { elsewhere }) => {
      response.writeHead(status, { location: `${elsewhere}/chat/completions` }).end();
    }),
    verdict: isFault,
  })),
  ...['file:///etc/passwd', 'http://169.254.169.254/latest/meta-data/', '//', ''].map(
    (location): Behavior => ({
      name: `redirect to "${location}"`,
      reply: always(sendText('', 302, { location })),
      verdict: isFault,
    }),
  ),
];

/** Connections and heads that are not as HTTP has them, and redirects. */
export const transportBehaviors: readonly Behavior[] = [
  ...resets,
  ...lengths,
  ...heads,
  ...redirects,
];
