import { getMember, isJsonObject, listObjects } from '../../../util/json.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';
import { writeMapping } from '../../tables/column-map.js';
import { unreadGrade } from '../unread-value.js';
import { createRowCollector, type ConvertedRow } from './collect-rows.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';
import { computeSampleUsage } from './inspect-usage.js';
import { readInspectLog, type InspectLog } from './read-inspect-log.js';

/** The fields that `--map` can name: the scorer to read, or `scorer.key` of one with several values. */
export const inspectFields = ['quality'] as const;

/**
 * Imports logs of Inspect (inspect.aisi.org.uk): `.eval` archives, or `.json` logs. The quality is the
 * value of the first scorer, by Inspect's rules: C is 1, P is 0.5, I and N are 0. A model that was run at
 * an effort is named `model@effort`. The prompt is what the model was sent first. Samples that ended with an error or at a limit, that were marked as
 * invalid, or that no scorer graded (NaN) are no outcomes.
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
    const log = await readInspectLog(file);
    let line = 0;
    for (const sample of log.samples) {
      line++;
      for (const name of Object.keys(listScores(sample))) scorers.add(name);
      const row = convertSample(sample, log, wantedScorer);
      collector.add(file, line, withEffort(row, log, target));
    }
  }
  if (wantedScorer === undefined && scorers.size > 1) {
    const names = [...scorers].join(', ');
    target.note(`several scorers (${names}): read the first of each sample; --map quality=NAME`);
  }
  collector.finish();
}

/** The row with the effort in the model's name, if the log's own model has one. */
function withEffort(row: ConvertedRow, log: InspectLog, target: ImportTarget): ConvertedRow {
  if (row.kind !== 'row' || log.model === undefined) return row;
  return { ...row, members: { ...row.members, model: target.nameModel(log.model, log.effort) } };
}

function convertSample(
  sample: JsonObject,
  log: InspectLog,
  wantedScorer: string | undefined,
): ConvertedRow {
  const reason = findFailure(sample);
  if (reason !== undefined) return { kind: 'failed', reason };
  const model = log.model ?? findOnlyModel(sample);
  if (model === undefined) return { kind: 'invalid', problem: 'the log does not name its model' };
  const { name, value } = findScore(listScores(sample), wantedScorer);
  if (value === undefined || value === null) {
    return { kind: 'failed', reason: 'no scorer graded the sample' };
  }
  const quality = readScore(value);
  if (quality === undefined) {
    return { kind: 'invalid', problem: unreadGrade(describeScore(name, value), value) };
  }
  const answers = listObjects(sample['messages']).filter(isAnswer).length;
  const members = {
    ...readPrompt(sample),
    task: log.task ?? null,
    model,
    quality,
    ...computeSampleUsage(sample, model, answers),
    latency_s: answers <= 1 ? (getMember(sample['output'], 'time') ?? null) : null,
  };
  return { kind: 'row', members };
}

function findFailure(sample: JsonObject): string | undefined {
  if (sample['error'] || getMember(sample['output'], 'error')) return 'Inspect recorded an error';
  if (sample['invalidation']) return 'the sample was marked as invalid';
  return sample['limit'] ? 'the sample ended at a limit' : undefined;
}

/** The model of an evaluation of models in roles, if it used a single one. */
function findOnlyModel(sample: JsonObject): string | undefined {
  const models = Object.keys(sample['model_usage'] ?? {});
  return models.length === 1 ? models[0] : undefined;
}

/** The scores by scorer. Logs of version 1 have one score without a name. */
function listScores(sample: JsonObject): JsonObject {
  const scores = sample['scores'];
  if (isJsonObject(scores)) return scores;
  const score = sample['score'];
  return isJsonObject(score) ? { score } : {};
}

/** The value of the wanted scorer, or of `scorer.key`; else of the first scorer. */
function findScore(
  scores: JsonObject,
  wanted: string | undefined,
): { readonly name: string; readonly value: JsonValue | undefined } {
  const name = wanted ?? Object.keys(scores)[0] ?? '';
  if (Object.hasOwn(scores, name)) return { name, value: getMember(scores[name], 'value') };
  for (const [scorer, score] of Object.entries(scores)) {
    if (!name.startsWith(`${scorer}.`)) continue;
    const value = getMember(getMember(score, 'value'), name.slice(scorer.length + 1));
    if (value !== undefined) return { name, value };
  }
  return { name, value: undefined };
}

function describeScore(name: string, value: JsonValue): string {
  const keys = isJsonObject(value) ? Object.keys(value) : [];
  const [key] = keys;
  if (key === undefined) {
    return `${name}: ${JSON.stringify(value).slice(0, 40)} is not a score; --map quality=NAME`;
  }
  const listed = keys.join(', ').slice(0, 80);
  return `${name} has several values (${listed}); add ${writeMapping('quality', `${name}.${key}`)}`;
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

/** Turns of the assistant that are part of a sample's input are no answers. */
function isAnswer({ role, source }: JsonObject): boolean {
  return role === 'assistant' && source !== 'input';
}

/** The messages before the first answer, or the sample's input. */
function readPrompt(sample: JsonObject): JsonObject {
  const messages = listObjects(sample['messages']);
  const answerAt = messages.findIndex(isAnswer);
  const sent = messages.slice(0, answerAt === -1 ? messages.length : answerAt);
  const input = sample['input'];
  const convert = (message: JsonObject): JsonObject => convertMessage(message, sample);
  if (sent.length === 0) {
    return typeof input === 'string'
      ? { prompt: input }
      : { messages: listObjects(input).map(convert) };
  }
  const [only] = sent;
  if (sent.length === 1 && only?.['role'] === 'user' && typeof only['content'] === 'string') {
    return { prompt: resolveAttachment(only['content'], sample) };
  }
  return { messages: sent.map(convert) };
}

/** A message with the members of OpenAI's format only. */
function convertMessage({ role, content }: JsonObject, sample: JsonObject): JsonObject {
  const parts = listObjects(content).map((part) => {
    const { type, text, image } = part;
    if (type === 'text') return { type, text: resolveAttachment(text ?? '', sample) };
    if (type !== 'image') return part;
    return { type: 'image_url', image_url: { url: resolveAttachment(image ?? '', sample) } };
  });
  return {
    role: role ?? null,
    content: typeof content === 'string' ? resolveAttachment(content, sample) : parts,
  };
}

/** Large contents are kept apart, and referred to by `attachment://` (`tc://` in older logs). */
function resolveAttachment(content: JsonValue, sample: JsonObject): JsonValue {
  const key = typeof content === 'string' ? /^(?:attachment|tc):\/\/(.+)$/.exec(content)?.[1] : '';
  return (key ? getMember(sample['attachments'], key) : undefined) ?? content;
}
