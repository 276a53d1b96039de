import { isJsonObject, listObjects, type JsonObject } from '../../../util/json.js';
import { tryParseJson } from '../../../util/parse-json.js';
import { failure, success, type Result } from '../../../util/result.js';
import { buildCallFailure } from '../calls/call-failure.js';
import {
  BatchCallError,
  readCount,
  type BatchApi,
  type BatchLine,
  type BatchState,
} from './batch-api.js';
import type { BatchHttp } from './batch-http.js';
import { listSentSince } from './list-batches.js';

const path = '/messages/batches';

/** A batch that was created so much before its time was created at it: headers count seconds. */
const jitterMs = 120_000;

/** Our clock may have been set right since the batch was recorded. */
const clockToleranceMs = 3_600_000;

/**
 * Anthropic's Message Batches. Half the price, within 24 hours; what failed or never ran is not
 * charged (https://docs.anthropic.com/en/docs/build-with-claude/batch-processing, read 2026-11).
 */
export function createAnthropicBatches(http: BatchHttp): BatchApi {
  return {
    maxRequests: 100_000,
    // 256 MB are allowed; the request is made in memory.
    maxBytes: 50_000_000,
    findsByToken: false,
    async submit(requests) {
      const batch = await http.post(path, {
        requests: requests.map(({ id, body }) => ({ custom_id: id, params: withoutStream(body) })),
      });
      const { id } = batch;
      if (typeof id === 'string' && id !== '') return id;
      throw new BatchCallError(
        buildCallFailure('malformed', {
          message: 'the batch API answered without "id"',
          mayBeCharged: true,
        }),
      );
    },
    // The API keeps no words of ours: the batch is the first of this size, sent since then, that is
    // not known; or the last before, in case our clock was ahead.
    async find({ requests, at, known, acceptsEarlier }) {
      let atMs = at.getTime();
      const found = await listSentSince(
        async (after) => {
          const list = await http.get(`${path}?limit=100${after && `&after_id=${after}`}`);
          if (after === '') atMs += http.readClockLeadMs();
          const batches = listObjects(list['data']);
          return { batches, hasMore: list['has_more'] === true };
        },
        readCreatedMs,
        () => atMs - clockToleranceMs,
      );
      const possible = found.filter(
        ({ id, request_counts: counts }) =>
          typeof id === 'string' &&
          !known.has(id) &&
          isJsonObject(counts) &&
          sumCounts(counts) === requests,
      );
      const isSince = (batch: JsonObject): boolean => readCreatedMs(batch) >= atMs - jitterMs;
      const ours = possible.findLast(isSince) ?? (acceptsEarlier ? possible[0] : undefined);
      return ours === undefined ? undefined : String(ours['id']);
    },
    async read(batchId): Promise<BatchState> {
      const batch = await http.get(`${path}/${encodeURIComponent(batchId)}`);
      const counts = isJsonObject(batch['request_counts']) ? batch['request_counts'] : {};
      const total = sumCounts(counts);
      if (batch['processing_status'] === 'ended') {
        return {
          kind: 'ended',
          answered: total - readCount(counts['processing']),
          // The address that the answer names could be any server's.
          results: [{ path: `${path}/${encodeURIComponent(batchId)}/results` }],
        };
      }
      return { kind: 'running', done: total - readCount(counts['processing']), total };
    },
    async *readResults({ path: results }) {
      for await (const line of http.readLines(results)) {
        if (line.trim() !== '') yield readLine(line);
      }
    },
  };
}

function readCreatedMs({ created_at: createdAt }: JsonObject): number {
  return Date.parse(String(createdAt));
}

function withoutStream(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'stream'));
}

function sumCounts(counts: JsonObject): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + readCount(count), 0);
}

function readLine(text: string): Result<BatchLine> {
  const value = tryParseJson(text);
  if (!isJsonObject(value)) return failure('a result is not a JSON object');
  const { custom_id: id, result } = value;
  if (typeof id !== 'string') return failure('a result has no custom_id');
  if (!isJsonObject(result)) return failure('a result says nothing');
  switch (result['type']) {
    case 'succeeded':
      return success({
        id,
        answer: { kind: 'response', status: 200, body: result['message'] ?? null },
      });
    case 'errored':
      return success({
        id,
        answer: { kind: 'response', status: undefined, body: result['error'] ?? null },
      });
    default:
      return success({
        id,
        answer: { kind: 'not_run', reason: String(result['type']).slice(0, 60) },
      });
  }
}
