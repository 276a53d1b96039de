import { readFailure } from '../../../llm/failure.js';
import type { Conclusion, Protocol, ReadContext, StreamEvent } from '../../../llm/types.js';
import { isJsonObject } from '../../../util/json.js';
import { buildCallFailure, toCallFailure, type CallFailure } from '../calls/call-failure.js';
import type { CallResult } from '../calls/call-result.js';
import { CompletionFold, readFailedGeneration, type AskedContext } from '../calls/completion.js';
import type { RefusedMember } from '../../../llm/refused-member.js';
import type { BatchAnswer } from './batch-api.js';

/** An answer of a batch, and the member of the request that the server refused, if that is why. */
export interface ReadBatchAnswer {
  readonly result: CallResult;
  readonly refusedMember?: RefusedMember;
}

/**
 * Reads the answer to one request of a batch as the sweep reads any other. Its latency is not
 * measured: a batch waits for a time of the provider's choice.
 */
export function readBatchAnswer(
  answer: BatchAnswer,
  protocol: Protocol,
  context: Pick<ReadContext, 'secrets' | 'now'> & AskedContext,
): ReadBatchAnswer {
  const { tokenLimit } = context;
  if (answer.kind === 'not_run') {
    const reason = answer.reason === '' ? '' : `: ${answer.reason}`;
    return fail({ message: `the batch ended before this request was answered${reason}` });
  }
  const { status, body } = answer;
  const isOk = status !== undefined && status >= 200 && status < 300;
  if (!isOk) {
    const { secrets } = context;
    const failure = readFailure({ status, body }, { secrets, now: context.now() });
    if (failure.isModelFault === true) {
      const events = readFailedGeneration(body, failure);
      return readFold(events, { kind: 'failed', failure }, protocol, context);
    }
    // Providers do not charge for a request of a batch that failed.
    const callFailure = uncharged(toCallFailure(failure, tokenLimit));
    const result = { kind: 'failed', failure: callFailure } as const;
    const { refusedMember } = failure;
    return refusedMember === undefined ? { result } : { result, refusedMember };
  }
  if (!isJsonObject(body))
    return fail({ message: 'the answer is not a JSON object', mayBeCharged: true });
  const { events, conclusion } = protocol.readAnswer(body, context);
  return readFold(events, conclusion, protocol, context);
}

function readFold(
  events: readonly StreamEvent[],
  conclusion: Conclusion,
  protocol: Protocol,
  asked: AskedContext,
): ReadBatchAnswer {
  const fold = new CompletionFold(() => 0, protocol.readUsage, asked);
  for (const event of events) fold.accept(event);
  const result = fold.result(conclusion);
  return result.kind === 'failed'
    ? { result }
    : { result: { ...result, ttftMs: null, firstContentMs: null, latencyMs: null } };
}

function fail(details: Parameters<typeof buildCallFailure>[1]): ReadBatchAnswer {
  return { result: { kind: 'failed', failure: buildCallFailure('server_error', details) } };
}

function uncharged(failure: CallFailure): CallFailure {
  return { ...failure, mayBeCharged: false };
}
