import { deepJson } from '../hostile-replies.js';
import { listForms } from '../key-forms.js';
import {
  always,
  answerWith,
  isAnswer,
  isFault,
  isLabel,
  sendText,
  type Behavior,
  type HostileReply,
} from './behavior.js';
import { terminalEscapes } from './values.js';

function sendError(
  status: number,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
): HostileReply {
  const body = JSON.stringify({ error });
  return sendText(body, status, { 'content-type': 'application/json', ...headers });
}

const faultStatuses = [
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 415, 416, 417, 418, 421, 422,
  423, 424, 425, 426, 428, 429, 431, 444, 451, 460, 498, 499, 500, 501, 502, 503, 504, 505, 507,
  508, 511, 520, 521, 522, 523, 524, 525, 529, 530, 598, 599, 600, 799,
] as const;

/** The others differ from one of these in their number. */
const tellingStatuses: ReadonlySet<number> = new Set([400, 401, 402, 404, 418, 429, 451, 500, 529]);

/** Statuses that are no error, and no answer either without a body that is one. */
const emptyStatuses = [200, 201, 202, 203, 204, 205, 206, 207, 226, 304] as const;

/** What `Retry-After` says. */
const waits: Readonly<Record<string, string>> = {
  'a wait without an end': '999999999999999999999999',
  'a wait of 31 years': '999999999',
  'a negative wait': '-5',
  'a wait until 2199': 'Fri, 31 Dec 2199 23:59:59 GMT',
  'a wait until 1970': 'Thu, 01 Jan 1970 00:00:00 GMT',
  'a wait that is no number': 'NaN',
  'a wait of 1e9 seconds': '1e9',
  'a wait in words': 'soon',
  'an empty wait': '',
  'several waits': '1, 2, 999999',
};

/** Errors inside a 200, in every form. */
const errorBodies: Readonly<Record<string, unknown>> = {
  'an error object': { error: { code: 500, message: 'boom' } },
  'an error in words': { error: 'overloaded' },
  'an error that is true': { error: true },
  'a list of errors': { errors: [{ message: 'no' }], success: false },
  'an error in a list': [{ error: { code: 503, status: 'UNAVAILABLE', message: 'busy' } }],
  'an object called error': { object: 'error', message: 'dead', code: 500 },
  'a type called error': { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
  'a message only': { message: 'Not authorized' },
  'a detail only': { detail: [{ loc: ['body'], msg: 'field required' }] },
  'a status only': { status: 500 },
  'an error beside an answer': {
    error: { message: 'boom' },
    choices: [{ index: 0, message: { content: 'It is 4.' }, finish_reason: 'stop' }],
  },
  'an error code of MiniMax': {
    base_resp: { status_code: 1002, status_msg: 'rate limit' },
    choices: null,
  },
};

/** Sounds like an overflow, whose text is searched for counts of tokens. */
const tooLong = "This model's maximum context length is exceeded; reduce max_tokens: ";

const errorTexts: readonly Behavior[] = [
  {
    name: '400 with an error that is 100,000 deep',
    reply: always(sendText(`{"error":${deepJson}}`, 400)),
    verdict: isFault,
  },
  {
    name: '500 with a page',
    reply: always(sendText('<h1>500</h1>', 500, { 'content-type': 'text/html' })),
    verdict: isFault,
  },
  {
    name: '400 with a page that speaks of tokens',
    reply: always(sendText('<p>invalid token</p>', 400, { 'content-type': 'text/html' })),
    verdict: isFault,
  },
  {
    name: '403 with a page of a firewall',
    reply: always(
      sendText('<html>Attention Required!</html>', 403, { 'content-type': 'text/html' }),
    ),
    verdict: isFault,
  },
  {
    name: 'escapes in an error',
    reply: always(sendError(400, { message: `ERR ${terminalEscapes}` })),
    verdict: isFault,
  },
  {
    name: 'escapes in the code of an error',
    reply: always(sendError(401, { code: terminalEscapes, message: 'no' })),
    verdict: isFault,
  },
  {
    name: 'an error that never ends',
    reply: always((response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.write('{"error":');
    }),
    verdict: isFault,
    isSlow: true,
  },
  ...[64_000, 4_000_000].flatMap((length): readonly Behavior[] => {
    const error = { message: `${tooLong}${'1'.repeat(length)}` };
    return [
      { name: `400 with ${length} digits`, reply: always(sendError(400, error)), verdict: isFault },
      {
        name: `200 with an error of ${length} digits`,
        reply: always(sendText(JSON.stringify({ error }))),
        verdict: isFault,
      },
    ].map((behavior) => ({ ...behavior, maxSeconds: 10, isLong: length > 64_000 }));
  }),
  ...[400, 401, 500].map((status): Behavior => ({
    name: `${status} that repeats the key in every form`,
    reply: always((response, request) =>
      sendError(status, { message: repeatKey(request.key) })(response, request),
    ),
    verdict: isFault,
  })),
];

/** The key in the forms that servers repeat, also across the place where messages are cut. */
function repeatKey(key: string): string {
  const forms = listForms(key);
  return [...forms, 'x'.repeat(60), ...forms].join(' | ');
}

/** Statuses, and errors in every place. */
export const statusBehaviors: readonly Behavior[] = [
  ...faultStatuses.map((status): Behavior => ({
    name: `status ${status}`,
    reply: always(sendError(status, { message: 'no' })),
    verdict: isFault,
    isLong: !tellingStatuses.has(status),
  })),
  ...emptyStatuses.map((status): Behavior => ({
    name: `status ${status} without a body`,
    reply: always((response) => void response.writeHead(status).end()),
    verdict: isFault,
    isLong: status > 204,
  })),
  ...Object.entries(waits).flatMap(([name, wait]) =>
    [429, 503].map((status): Behavior => ({
      name: `${status} with ${name}`,
      reply: always(sendError(status, { message: 'later' }, { 'retry-after': wait })),
      verdict: isFault,
      isLong: status === 429,
    })),
  ),
  ...Object.entries(errorBodies).map(([name, body]): Behavior => ({
    name: `200 with ${name}`,
    reply: always(sendText(JSON.stringify(body))),
    verdict: isFault,
  })),
  ...errorTexts,
  {
    name: 'a prompt that is too long',
    reply: always(sendError(400, { code: 'context_length_exceeded', message: 'too long' })),
    verdict: isLabel('context_overflow', 'failed_over'),
  },
  {
    name: 'status 413',
    reply: always(sendError(413, { message: 'too large' })),
    // Without a reason it may be the limit of a server in between, which says nothing of the model.
    verdict: isFault,
  },
  {
    name: 'a filter in front of the model',
    reply: always(sendError(400, { code: 'content_filter', message: 'not allowed' })),
    verdict: isLabel('refused', 'refused'),
  },
  {
    name: 'status 201 with an answer',
    reply: (form) => (response, request) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = ((_status: number, headers: Record<string, string>) =>
        writeHead(201, headers)) as typeof response.writeHead;
      return answerWith()(form)(response, request);
    },
    verdict: isAnswer,
  },
];
