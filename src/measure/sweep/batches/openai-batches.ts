import { FormData } from 'undici';
import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../../util/json.js';
import { tryParseJson } from '../../../util/parse-json.js';
import { failure, success, type Result } from '../../../util/result.js';
import { buildCallFailure } from '../calls/call-failure.js';
import {
  BatchCallError,
  readCount,
  toFailure,
  type BatchApi,
  type BatchLine,
  type BatchState,
} from './batch-api.js';
import type { BatchHttp } from './batch-http.js';
import { listSentSince } from './list-batches.js';

/** Where the requests of a batch would have been sent; the provider wants its own path. */
const endpoint = '/v1/chat/completions';

/** By how much the clocks may differ: the token says which batch is ours, whenever it was made. */
const clockToleranceMs = 86_400_000;

/**
 * OpenAI's batches: a file of requests to one model, and files of results. Half the price, within 24
 * hours (https://platform.openai.com/docs/guides/batch, read 2026-11).
 */
export function createOpenAiBatches(http: BatchHttp): BatchApi {
  return {
    maxRequests: 50_000,
    // 200 MB are allowed; the file is made in memory.
    maxBytes: 50_000_000,
    findsByToken: true,
    async submit(requests, token) {
      const lines = requests.map(({ id, body }) =>
        JSON.stringify({ custom_id: id, method: 'POST', url: endpoint, body }),
      );
      const form = new FormData();
      form.append('purpose', 'batch');
      form.append('file', new Blob([`${lines.join('\n')}\n`]), `routesmith-${token}.jsonl`);
      const file = await uploadFile(http, form);
      const batch = await http.post('/batches', {
        input_file_id: readText(file, 'id'),
        endpoint,
        completion_window: '24h',
        metadata: { routesmith: token },
      });
      return readText(batch, 'id');
    },
    async find({ token, at }) {
      const found = await listSentSince(
        async (after) => {
          const list = await http.get(`/batches?limit=100${after && `&after=${after}`}`);
          return { batches: listObjects(list['data']), hasMore: list['has_more'] === true };
        },
        ({ created_at: createdAt }) => 1000 * readCount(createdAt),
        () => at.getTime() - clockToleranceMs,
      );
      const ours = found.find(
        ({ metadata }) => isJsonObject(metadata) && metadata['routesmith'] === token,
      );
      return ours === undefined ? undefined : readText(ours, 'id');
    },
    read: async (batchId) => readState(await http.get(`/batches/${encodeURIComponent(batchId)}`)),
    async *readResults({ path }) {
      for await (const line of http.readLines(path)) {
        if (line.trim() !== '') yield readLine(line);
      }
    },
  };
}

/** A file alone is no batch: nothing is charged if its answer is lost. */
async function uploadFile(http: BatchHttp, form: FormData): Promise<JsonObject> {
  try {
    return await http.post('/files', form);
  } catch (error) {
    throw new BatchCallError({ ...toFailure(error), mayBeCharged: false });
  }
}

/** Batches that end early still have results: those of requests that ran are charged. */
const endedStatuses: ReadonlySet<JsonValue | undefined> = new Set([
  'completed',
  'expired',
  'cancelled',
]);

function readState(batch: JsonObject): BatchState {
  const { status } = batch;
  const counts = isJsonObject(batch['request_counts']) ? batch['request_counts'] : {};
  const done = readCount(counts['completed']) + readCount(counts['failed']);
  if (endedStatuses.has(status)) {
    const files = [batch['output_file_id'], batch['error_file_id']];
    return {
      kind: 'ended',
      answered: done,
      results: files
        .filter((id) => typeof id === 'string' && id !== '')
        .map((id) => ({ path: `/files/${encodeURIComponent(id as string)}/content` })),
    };
  }
  if (status === 'failed') {
    const errors = isJsonObject(batch['errors']) ? listObjects(batch['errors']['data']) : [];
    const [first] = errors;
    const code = String(first?.['code'] ?? '');
    const said = String(first?.['message'] ?? 'the provider gives no reason').slice(0, 300);
    return {
      kind: 'refused',
      reason: code === '' ? said : `${code}: ${said}`,
      isTooMuch: code === 'token_limit_exceeded',
    };
  }
  return { kind: 'running', done, total: readCount(counts['total']) };
}

function readLine(text: string): Result<BatchLine> {
  const value = tryParseJson(text);
  if (!isJsonObject(value)) return failure('a result is not a JSON object');
  const { custom_id: id, response, error } = value;
  if (typeof id !== 'string') return failure('a result has no custom_id');
  if (isJsonObject(response)) {
    const status = readCount(response['status_code']);
    return success({ id, answer: { kind: 'response', status, body: response['body'] ?? null } });
  }
  const reason = isJsonObject(error) ? `${String(error['code'])}: ${String(error['message'])}` : '';
  return success({ id, answer: { kind: 'not_run', reason: reason.slice(0, 300) } });
}

function readText(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new BatchCallError(
    buildCallFailure('malformed', {
      message: `the batch API answered without "${name}"`,
      mayBeCharged: true,
    }),
  );
}
