import { deepJson } from '../hostile-replies.js';
import {
  answerText,
  breaksOff,
  isAnswer,
  isFault,
  isLabel,
  sendStream,
  sendText,
  type Behavior,
  type Form,
  type HostileReply,
} from './behavior.js';

function sse(data: Readonly<Record<string, unknown>>): string {
  return `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;
}

const usage = { input_tokens: 10, output_tokens: 5 };
const start = sse({ type: 'message_start', message: { model: 'served-model', usage } });
const block = sse({
  type: 'content_block_start',
  index: 0,
  content_block: { type: 'text', text: '' },
});
const text = (value: string, index: unknown = 0): string =>
  sse({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: value } });
const stop = (reason: unknown, more: object = {}): string =>
  sse({ type: 'message_delta', delta: { stop_reason: reason }, usage, ...more });
const end = sse({ type: 'message_stop' });

function respond(
  changes: { readonly content?: unknown; readonly reason?: unknown; readonly usage?: unknown },
  pieces: readonly string[],
): (form: Form) => HostileReply {
  const { content = [{ type: 'text', text: answerText }], reason = 'end_turn' } = changes;
  const body = {
    type: 'message',
    model: 'served-model',
    content,
    stop_reason: reason,
    usage: changes.usage ?? usage,
  };
  return (form) => (form === 'whole' ? sendText(JSON.stringify(body)) : sendStream(...pieces));
}

const behaviors: readonly Omit<Behavior, 'protocol'>[] = [
  {
    name: 'an ordinary answer',
    reply: respond({}, [start, block, text(answerText), stop('end_turn'), end]),
    verdict: isAnswer,
  },
  {
    name: 'an unknown stop reason',
    reply: respond({ reason: 'cosmic_ray' }, [
      start,
      block,
      text(answerText),
      stop('cosmic_ray'),
      end,
    ]),
    verdict: breaksOff,
  },
  {
    name: 'a paused turn',
    reply: respond({ reason: 'pause_turn' }, [
      start,
      block,
      text(answerText),
      stop('pause_turn'),
      end,
    ]),
    // The caller sends it back, which a sweep does not.
    verdict: (consumer, form) => (consumer === 'router' ? isAnswer() : breaksOff(consumer, form)),
  },
  {
    name: 'no stop reason',
    reply: respond({ reason: null }, [start, block, text(answerText), end]),
    // A whole answer is whole without one, as a chat completion is.
    verdict: (_consumer, form) => (form === 'whole' ? isAnswer() : { kind: 'broken_off' }),
  },
  {
    name: 'content that is null',
    reply: respond({ content: null }, [start, stop('end_turn', { delta: null }), end]),
    verdict: isFault,
  },
  {
    name: 'an error event',
    reply: (form) =>
      form === 'whole'
        ? sendText('{"type":"error","error":{"type":"overloaded_error","message":"busy"}}')
        : sendStream(
            start,
            block,
            text(answerText),
            sse({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }),
          ),
    verdict: breaksOff,
  },
  {
    name: 'an empty answer',
    reply: respond({ content: [] }, [start, stop('end_turn'), end]),
    verdict: isLabel('malformed', 'failed_over'),
  },
  {
    name: 'a block with an absurd place',
    reply: respond({}, [start, text(answerText, 1e300), stop('end_turn'), end]),
    verdict: isAnswer,
  },
  {
    name: 'absurd usage',
    reply: respond({ usage: { input_tokens: 1e39, output_tokens: -4 } }, [
      start.replace('"input_tokens":10', '"input_tokens":1e39'),
      block,
      text(answerText),
      stop('end_turn', { usage: { output_tokens: 9_007_199_254_740_991 } }),
      end,
    ]),
    verdict: isAnswer,
  },
  {
    name: 'input of a tool that is 100,000 deep',
    reply: (form) =>
      form === 'whole'
        ? sendText(
            `{"type":"message","content":[{"type":"tool_use","id":"a","name":"f","input":{"x":${deepJson}}}],"stop_reason":"tool_use"}`,
          )
        : sendStream(
            start,
            sse({
              type: 'content_block_start',
              index: 0,
              content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} },
            }),
            sse({
              type: 'content_block_delta',
              index: 0,
              delta: { type: 'input_json_delta', partial_json: deepJson },
            }),
            stop('tool_use'),
            end,
          ),
    verdict: breaksOff,
  },
  {
    name: 'an end before any beginning',
    reply: (form) => (form === 'whole' ? sendText('{"type":"message_stop"}') : sendStream(end)),
    verdict: isFault,
  },
  {
    name: 'content after the end',
    reply: respond({}, [start, block, text(answerText), stop('end_turn'), end, text(' No, 5.')]),
    verdict: isAnswer,
  },
];

/** What servers of Anthropic's Messages do. */
export const anthropicBehaviors: readonly Behavior[] = behaviors.map((behavior) => ({
  ...behavior,
  name: `Messages: ${behavior.name}`,
  protocol: 'anthropic',
}));
