import { strFromU8, unzipSync } from 'fflate';
import { RoutesmithError } from '../../../util/errors.js';
import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../../util/json.js';
import { parseJsonObject } from '../../../util/parse-json.js';
import { readFileBytes } from '../../../util/read-text-file.js';
import { createRowCollector, type ConvertedRow } from './collect-rows.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';

/** The fields that `--map` can name: the scorer to read. */
export const inspectFields = ['quality'] as const;

/** Together, and unpacked; a log of some thousand samples has a tenth of it. */
const maximumBytes = 2_000_000_000;

/**
 * Imports logs of Inspect (inspect.aisi.org.uk): `.eval` archives, or `.json` logs. The quality is the
 * value of the first scorer, by Inspect's rules: C is 1, P is 0.5, I and N are 0. The prompt is what
 * the model was sent first. Samples that ended with an error or at a limit are no outcomes.
 *
 * @throws RoutesmithError `invalid_outcomes` for a file that is no log
 */
export async function importInspect(
  files: readonly string[],
  options: FormatOptions,
  target: ImportTarget,
): Promise<void> {
  const collector = createRowCollector(options, target);
  const [wantedScorer] = options.map.get('quality') ?? [];
  const scorers = new Set<string>();
  for (const file of files) {
    const log = readLog(file, await readFileBytes(file));
    for (const [index, sample] of log.samples.entries()) {
      for (const name of Object.keys(sample['scores'] ?? {})) scorers.add(name);
      collector.add(file, index + 1, convertSample(sample, log, wantedScorer));
    }
  }
  if (wantedScorer === undefined && scorers.size > 1) {
    const names = [...scorers].join(', ');
    target.note(`several scorers (${names}): read the first of each sample; --map quality=NAME`);
  }
  collector.finish();
}

interface Log {
  readonly model: string;
  readonly task: string | undefined;
  readonly samples: readonly JsonObject[];
}

function readLog(file: string, bytes: Buffer): Log {
  const isArchive = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { header, samples } = isArchive ? unpack(file, bytes) : parseLog(bytes);
  const run = header?.['eval'];
  const model = getMember(run, 'model');
  const task = getMember(run, 'task');
  if (typeof model !== 'string') throw invalid(file, 'the file is not a log of Inspect');
  const name = typeof task === 'string' ? task.split('/').at(-1) : undefined;
  return { model, task: name, samples };
}

interface LogParts {
  readonly header: JsonObject | undefined;
  readonly samples: readonly JsonObject[];
}

function parseLog(bytes: Buffer): LogParts {
  const header = parseJsonObject(bytes.toString('utf8'));
  return { header, samples: listObjects(header?.['samples']) };
}

function unpack(file: string, bytes: Buffer): LogParts {
  let total = 0;
  const isWanted = (name: string): boolean =>
    /^(header\.json|_journal\/start\.json|samples\/.+\.json)$/.test(name);
  let entries: Readonly<Record<string, Uint8Array>>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!isWanted(name)) return false;
        total += originalSize;
        if (total > maximumBytes) throw new Error('more than 2 GB when unpacked');
        return true;
      },
    });
  } catch (cause) {
    throw invalid(file, `the archive cannot be unpacked (${String(cause)})`, cause);
  }
  const parse = (name: string): JsonObject | undefined => {
    const entry = entries[name];
    return entry === undefined ? undefined : parseJsonObject(strFromU8(entry));
  };
  const names = Object.keys(entries).filter((name) => name.startsWith('samples/'));
  return {
    // A run that was interrupted has no header yet.
    header: parse('header.json') ?? parse('_journal/start.json'),
    samples: names.sort().map((name) => parse(name) ?? {}),
  };
}

function convertSample(
  sample: JsonObject,
  { model, task }: Log,
  wantedScorer: string | undefined,
): ConvertedRow {
  const reason = findFailure(sample);
  if (reason !== undefined) return { kind: 'failed', reason };
  const scores = sample['scores'];
  const scorer = wantedScorer ?? (isJsonObject(scores) ? Object.keys(scores)[0] : undefined);
  const value = scorer === undefined ? undefined : getMember(getMember(scores, scorer), 'value');
  if (value === undefined || value === null) {
    return { kind: 'failed', reason: 'no scorer graded the sample' };
  }
  const quality = readScore(value);
  if (quality === undefined) {
    const shown = JSON.stringify(value).slice(0, 40);
    return { kind: 'invalid', problem: `${scorer}: ${shown} is not a score; --map quality=NAME` };
  }
  const usage = getMember(sample['model_usage'], model);
  const output = sample['output'];
  const calls = listObjects(sample['messages']).filter(({ role }) => role === 'assistant').length;
  const seconds = getMember(output, 'time');
  const members = {
    ...readPrompt(sample),
    task: task ?? null,
    model,
    quality,
    cost_usd: getMember(usage, 'total_cost') ?? null,
    input_tokens: sumInputTokens(usage),
    output_tokens: getMember(usage, 'output_tokens') ?? null,
    latency_s: calls <= 1 ? (seconds ?? null) : null,
  };
  return { kind: 'row', members };
}

function findFailure(sample: JsonObject): string | undefined {
  if (sample['error'] || getMember(sample['output'], 'error')) return 'Inspect recorded an error';
  return sample['limit'] ? 'the sample ended at a limit' : undefined;
}

const letters: Readonly<Record<string, number>> = { C: 1, P: 0.5, I: 0, N: 0 };

/** The value of a score as Inspect's `value_to_float` reads it; undefined for other values. */
function readScore(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') return undefined;
  if (Object.hasOwn(letters, value)) return letters[value];
  const text = value.trim().toLowerCase();
  if (text === 'yes' || text === 'true') return 1;
  if (text === 'no' || text === 'false') return 0;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/** The messages before the first answer, or the sample's input. */
function readPrompt(sample: JsonObject): JsonObject {
  const messages = listObjects(sample['messages']);
  const answerAt = messages.findIndex(({ role }) => role === 'assistant');
  const sent = messages.slice(0, answerAt === -1 ? messages.length : answerAt);
  const input = sample['input'];
  if (sent.length === 0) {
    return typeof input === 'string'
      ? { prompt: input }
      : { messages: listObjects(input).map(convertMessage) };
  }
  const [only] = sent;
  if (sent.length === 1 && only?.['role'] === 'user' && typeof only['content'] === 'string') {
    return { prompt: only['content'] };
  }
  return { messages: sent.map(convertMessage) };
}

/** A message with the members of OpenAI's format only. */
function convertMessage({ role, content }: JsonObject): JsonObject {
  const parts = listObjects(content).map((part) => {
    const { type, text, image } = part;
    if (type === 'text') return { type, text: text ?? '' };
    return type === 'image' ? { type: 'image_url', image_url: { url: image ?? '' } } : part;
  });
  return {
    role: role ?? null,
    content: typeof content === 'string' ? content : parts,
  };
}

/** Inspect counts cached tokens apart from the others. */
function sumInputTokens(usage: JsonValue | undefined): JsonValue {
  const counts = ['input_tokens', 'input_tokens_cache_read', 'input_tokens_cache_write'].map(
    (name) => getMember(usage, name),
  );
  const numbers = counts.filter((count): count is number => typeof count === 'number');
  return numbers.length === 0 ? null : numbers.reduce((sum, count) => sum + count, 0);
}

function invalid(where: string, what: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', what, {
    where,
    fix: 'Export the log with "inspect log convert --to json", and import the JSON file.',
    cause,
  });
}
