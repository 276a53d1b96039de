import type { JsonObject } from '../../../util/json.js';
import { buildCallFailure } from '../calls/call-failure.js';
import { BatchCallError } from './batch-api.js';

/** Pages of 100 batches that are looked through. */
const maxPages = 50;

/** One page of an account's batches, newest first. */
export interface BatchPage {
  readonly batches: readonly JsonObject[];
  readonly hasMore: boolean;
}

/**
 * Lists an account's batches that were created since a time, newest first.
 *
 * @param readPage given the id, encoded for a URL, after which the page begins; '' for the first page
 * @param readCreatedMs when a batch was created, in milliseconds since 1970
 * @param readSinceMs by the provider's clock, in milliseconds since 1970; asked after each page
 * @throws BatchCallError if a page cannot be read, or if there are too many: a batch that is not in
 * an incomplete list could be sent twice
 */
export async function listSentSince(
  readPage: (after: string) => Promise<BatchPage>,
  readCreatedMs: (batch: JsonObject) => number,
  readSinceMs: () => number,
): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  let after = '';
  for (let page = 0; page < maxPages; page++) {
    const { batches, hasMore } = await readPage(after);
    const sinceMs = readSinceMs();
    found.push(...batches.filter((batch) => readCreatedMs(batch) >= sinceMs));
    const last = batches.at(-1);
    if (last === undefined || !hasMore || readCreatedMs(last) < sinceMs) return found;
    after = encodeURIComponent(String(last['id']));
  }
  const message = `the account has more than ${maxPages * 100} batches since then`;
  throw new BatchCallError(buildCallFailure('malformed', { message }));
}
