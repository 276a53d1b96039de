import {
  always,
  answerText,
  answerWith,
  breaksOff,
  isAnswer,
  isAnyAnswer,
  isFault,
  isLabel,
  sendStream,
  sendText,
  writeEvents,
  writeWhole,
  type AnswerChanges,
  type Behavior,
  type Form,
  type HostileReply,
} from './behavior.js';

/** Texts that a terminal would act on: OSC 52 and 8, CSI, C1 and marks of direction. */
export const terminalEscapes =
  '\u001b]52;c;ZXZpbA==\u0007\u001b]8;;http://evil.example\u0007link\u001b[31m\u009b2J\u202eevil';

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function usageBehaviors(): Behavior[] {
  const usages: Readonly<Record<string, unknown>> = {
    'negative tokens': { prompt_tokens: -10, completion_tokens: -5 },
    '1e39 tokens': { prompt_tokens: 1e39, completion_tokens: 1e39 },
    'as many tokens as a number can count': {
      prompt_tokens: Number.MAX_SAFE_INTEGER,
      completion_tokens: Number.MAX_SAFE_INTEGER,
    },
    'half a token': { prompt_tokens: 10.5, completion_tokens: 0.5 },
    'tokens in words': { prompt_tokens: '10', completion_tokens: 'five' },
    'more cached tokens than tokens': {
      ...usage,
      prompt_tokens_details: { cached_tokens: 1e15, cache_write_tokens: -3 },
    },
    'more reasoning than output': {
      ...usage,
      completion_tokens_details: { reasoning_tokens: 1e15 },
    },
    'a total that is no sum': { ...usage, total_tokens: Number.MAX_SAFE_INTEGER },
    'usage that is a list': [usage, usage],
    'usage that is null': null,
    'a charge of 1e39': { ...usage, cost: 1e39 },
    'a negative charge': { ...usage, cost: -1 },
    'a charge in words': { ...usage, cost: 'free' },
    'a charge with an endless surcharge': {
      ...usage,
      cost: 1e308,
      is_byok: true,
      cost_details: { upstream_inference_cost: 1.7e308 },
    },
  };
  return Object.entries(usages).map(([name, value]) => ({
    name,
    reply: answerWith({ usage: value }),
    verdict: isAnswer,
  }));
}

/** Sends a JSON text that no library would write, in place of an ordinary one. */
function rewrite(change: (json: string) => string, changes: AnswerChanges = {}) {
  return (form: Form): HostileReply =>
    form === 'whole'
      ? sendText(change(writeWhole(changes)))
      : sendStream(...writeEvents(changes).map((text) => change(text)));
}

const writtenBehaviors: readonly Behavior[] = [
  {
    name: 'NaN as a number of tokens',
    reply: rewrite((json) => json.replace('"prompt_tokens":10', '"prompt_tokens":NaN')),
    verdict: breaksOff,
  },
  {
    name: 'numbers that overflow',
    reply: rewrite((json) => json.replace('"index":0', '"index":0,"created":1e999')),
    verdict: isAnswer,
  },
  {
    name: 'members that are there twice',
    reply: rewrite((json) => json.replace('"content":', '"content":"no","content":')),
    verdict: isAnswer,
  },
  {
    name: '__proto__ and constructor as members',
    reply: rewrite((json) =>
      json.replace(
        '"choices":',
        '"__proto__":{"isPolluted":1},"constructor":{"prototype":{"isPolluted":1}},"choices":',
      ),
    ),
    verdict: isAnswer,
  },
  {
    name: 'half a surrogate pair',
    reply: rewrite((json) => json.replace(answerText, `${answerText}\\ud800`)),
    verdict: isAnyAnswer,
  },
];

const choiceBehaviors: readonly Behavior[] = [
  {
    name: 'no choices',
    reply: answerWith({ members: { choices: [] }, reason: null }),
    verdict: isFault,
  },
  {
    name: 'choices that are null',
    reply: (form) =>
      form === 'whole'
        ? sendText(writeWhole({ members: { choices: null } }))
        : sendStream('data: {"choices":null}\n\n', 'data: [DONE]\n\n'),
    verdict: isFault,
  },
  {
    name: 'choices that are an object',
    reply: (form) =>
      form === 'whole'
        ? sendText(writeWhole({ members: { choices: { 0: 'x' } } }))
        : sendStream('data: {"choices":{"0":"x"}}\n\n', 'data: [DONE]\n\n'),
    verdict: isFault,
  },
  {
    name: 'content that is a number',
    reply: answerWith({ message: { content: 42 } }),
    verdict: isLabel('malformed', 'failed_over'),
  },
  {
    name: 'content that is deep',
    reply: answerWith({ message: { content: [[[[{ text: 'x' }]]]] } }),
    verdict: isLabel('malformed', 'failed_over'),
  },
  {
    name: 'an answer without content',
    reply: answerWith({ message: { content: '' } }),
    verdict: isLabel('malformed', 'failed_over'),
  },
  {
    name: 'an unknown finish reason',
    reply: answerWith({ reason: 'cosmic_ray' }),
    verdict: breaksOff,
  },
  { name: 'an empty finish reason', reply: answerWith({ reason: '' }), verdict: breaksOff },
  { name: 'the finish reason error', reply: answerWith({ reason: 'error' }), verdict: breaksOff },
  {
    name: 'a finish reason of 1 MB',
    reply: answerWith({ reason: 'x'.repeat(2 ** 20) }),
    verdict: breaksOff,
  },
  {
    name: 'a system without resources',
    reply: answerWith({ reason: 'insufficient_system_resource' }),
    verdict: breaksOff,
  },
  {
    name: 'an answer cut at the limit',
    reply: answerWith({ reason: 'length' }),
    verdict: isLabel('truncated', 'returned'),
  },
  {
    name: 'a filtered answer',
    reply: answerWith({ reason: 'content_filter' }),
    verdict: isLabel('refused', 'returned'),
  },
  {
    name: 'a refusal',
    reply: answerWith({ message: { refusal: 'I cannot help.' } }),
    verdict: isLabel('refused', 'returned'),
  },
  {
    name: 'escapes in the answer and in the name of the model',
    reply: answerWith({
      message: { content: `${answerText}${terminalEscapes}` },
      members: { model: `served${terminalEscapes}` },
    }),
    verdict: isAnyAnswer,
  },
];

function callTools(calls: readonly unknown[]): (form: Form) => HostileReply {
  return answerWith({ message: { tool_calls: calls }, reason: 'tool_calls' });
}

const toolBehaviors: readonly Behavior[] = [
  {
    name: 'arguments of a tool that are no JSON',
    reply: callTools([{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":' } }]),
    verdict: isAnyAnswer,
  },
  {
    name: 'arguments of a tool that are 100,000 deep',
    reply: callTools([
      { index: 0, id: 'a', function: { name: 'f', arguments: '['.repeat(1e5) + ']'.repeat(1e5) } },
    ]),
    verdict: breaksOff,
  },
  {
    name: 'arguments of a tool of 3 MB',
    isLong: true,
    reply: callTools([
      {
        index: 0,
        id: 'a',
        function: { name: 'f', arguments: `{"x":"${'y'.repeat(3 * 2 ** 20)}"}` },
      },
    ]),
    verdict: isAnyAnswer,
  },
  {
    name: 'tool calls with places that are none',
    reply: callTools(
      [1e9, -1, 0.5, 'x', null].map((index) => ({ index, function: { name: `f${index}` } })),
    ),
    verdict: isAnyAnswer,
  },
  {
    name: '10,000 tool calls',
    reply: callTools(
      Array.from({ length: 10_000 }, (_, index) => ({
        index,
        id: `c${index}`,
        function: { name: 'f', arguments: '{}' },
      })),
    ),
    verdict: isAnyAnswer,
  },
];

const keyBehaviors: readonly Behavior[] = [
  {
    name: 'the key in the answer',
    reply: (form) => (response, request) => {
      const { key } = request;
      const forms = [key, encodeURIComponent(key), toBase64(key), toBase64(`user:${key}`)];
      const changes = {
        message: { content: forms.join(' ') },
        members: { model: `served-${key}`, system_fingerprint: key, [key]: key },
        usage: { ...usage, [key]: 1, note: key },
      };
      return answerWith(changes)(form)(response, request);
    },
    verdict: isAnyAnswer,
  },
];

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Answers whose members are not what they should be. */
export const valueBehaviors: readonly Behavior[] = [
  { name: 'an ordinary answer', reply: answerWith(), verdict: isAnswer },
  ...usageBehaviors(),
  ...writtenBehaviors,
  ...choiceBehaviors,
  ...toolBehaviors,
  ...keyBehaviors,
  {
    name: 'the answer is in the second choice',
    reply: (form) =>
      form === 'whole'
        ? answerWith({ index: 7 })(form)
        : always(sendStream(...writeEvents({ index: 7 })))(),
    verdict: (_consumer, form) => (form === 'whole' ? isAnswer() : isFault()),
  },
];
