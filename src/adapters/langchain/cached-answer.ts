import type { ChatGeneration } from '@langchain/core/outputs';
import { isJsonObject } from '../../util/json.js';
import { describeRepeated, type RoutingMetadata } from '../calls/routing-metadata.js';
import { copyMessage } from './read-messages.js';

/** Marks an answer from a cache of LangChain's, in a copy of it: the cache keeps its own. */
export function markRepeated(generation: ChatGeneration): ChatGeneration {
  const { message } = generation;
  const { routesmith, ...metadata } = message.response_metadata;
  if (!isJsonObject(routesmith)) return generation;
  const repeated = describeRepeated(routesmith as unknown as RoutingMetadata);
  return {
    ...generation,
    message: copyMessage(message, { response_metadata: { ...metadata, routesmith: repeated } }),
  };
}

/** JSON that is the same for the same members in another order, to tell calls apart by. */
export function writeSorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    isJsonObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
