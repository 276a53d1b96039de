import type { RoutedParts } from '../../serve/router/failover.js';
import { RouterError } from '../../serve/router/router-error.js';
import { explainAbort, isAborted } from '../calls/explain-abort.js';
import { describeRouting, type RoutingMetadata } from '../calls/routing-metadata.js';
import type { AiTarget, StreamedAttempt } from './attempt.js';
import type { AiPart } from './model.js';

/**
 * The parts of a routed answer, the last of which says how it was routed. An answer that breaks off
 * ends as those of providers do: with a part that reports the error, and one that ends the answer
 * with `error`.
 */
export function writeStream(
  routed: RoutedParts<AiTarget, StreamedAttempt>,
  signal: AbortSignal | undefined,
): ReadableStream<AiPart> {
  const { batches } = routed;
  /** Held back until the answer is known to be whole. */
  let finish: AiPart = { type: 'finish' };

  /** Passes on what has arrived. @returns whether that was anything */
  async function pass(controller: ReadableStreamDefaultController<AiPart>): Promise<boolean> {
    let isAny = false;
    for (const event of (await batches.next()) ?? []) {
      isAny = true;
      if (event.kind === 'end') {
        controller.enqueue(addMetadata(finish, describeRouting(routed, event)));
        controller.close();
      } else if (event.data.type === 'finish') {
        finish = event.data;
        isAny = false;
      } else controller.enqueue(event.data);
    }
    return isAny;
  }

  return new ReadableStream<AiPart>(
    {
      async pull(controller) {
        try {
          while (!(await pass(controller)));
        } catch (error) {
          if (isAborted(error)) {
            controller.error(explainAbort(error, signal));
            return;
          }
          controller.enqueue({ type: 'error', error });
          const { attempts } = error instanceof RouterError ? error : routed;
          const routing = describeRouting({ ...routed, attempts }, undefined);
          controller.enqueue(addMetadata(brokenOff, routing));
          controller.close();
        }
      },
      cancel() {
        batches.cancel();
      },
    },
    // Parts are read when they are asked for.
    { highWaterMark: 0 },
  );
}

const brokenOff: AiPart = {
  type: 'finish',
  finishReason: { unified: 'error', raw: undefined },
  usage: {
    inputTokens: {
      total: undefined,
      noCache: undefined,
      cacheRead: undefined,
      cacheWrite: undefined,
    },
    outputTokens: { total: undefined, text: undefined, reasoning: undefined },
  },
};

/** Adds how an answer was routed to what its provider says of it. */
export function addMetadata<T extends { readonly providerMetadata?: object }>(
  answer: T,
  routesmith: RoutingMetadata,
): T {
  return { ...answer, providerMetadata: { ...answer.providerMetadata, routesmith } };
}
