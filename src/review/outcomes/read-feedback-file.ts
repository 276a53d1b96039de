import { nameSource, readGivenFeedback, type GivenFeedback } from '../../serve/log/log-feedback.js';
import { wordProblem } from '../../serve/log/log-words.js';
import { feedbackSources, type FeedbackSource } from '../../serve/log/record.js';
import { isShare, shareProblem } from '../../util/checks.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';
import { parseRows } from '../../util/parse-rows.js';
import { readTextFile } from '../../util/read-text-file.js';
import { failure, success, type Result } from '../../util/result.js';

/** A report of a file, with its place. */
export interface FiledFeedback {
  readonly feedback: GivenFeedback;
  readonly line: number;
  /** Whether its source is another word, which a log has as `by`. */
  readonly isRenamed: boolean;
}

/**
 * Reads a file of feedback: CSV with a header, or JSON Lines, with `id`, `quality`, `source`, and
 * where they are known `by` and `at`, such as the file that a gateway keeps. Each row is one that a log
 * takes. Another word than its sources is `other`, with the word as `by`.
 *
 * @param source who says so where a row does not
 * @throws RoutesmithError `invalid_input` that names the line
 */
export async function readFeedbackFile(
  file: string,
  source: FeedbackSource | undefined,
): Promise<FiledFeedback[]> {
  const rows = parseRows(await readTextFile(file), file);
  if (rows.length === 0) throw invalid(file, 'it holds no feedback');
  return rows.map((row) => {
    const feedback = row.ok ? decodeFeedback(row.value, source) : row;
    if (!feedback.ok) throw invalid(`${file}:${row.line}`, feedback.problem);
    return { line: row.line, ...feedback.value };
  });
}

function decodeFeedback(
  value: unknown,
  fallback: FeedbackSource | undefined,
): Result<Omit<FiledFeedback, 'line'>> {
  if (!isJsonObject(value)) return failure('the row is not an object');
  const { id } = value;
  if (typeof id !== 'string' || id === '') return failure('it has no id');
  const quality = readQuality(value['quality']);
  if (!isShare(quality)) return failure(`quality ${shareProblem}`);
  const said = value['source'] ?? null;
  if (said !== null && typeof said !== 'string') return failure('source must be a text');
  const word = readText(said) ?? fallback;
  if (word === undefined) {
    return failure(`it has no source: ${feedbackSources.join(', ')}, or add --source`);
  }
  const named = nameSource(word);
  const isKnown = named.source === word;
  if (!isKnown && named.by === null) {
    return failure(`source ${wordProblem}`);
  }
  const given = readText(value['by']);
  if (!isKnown && given !== undefined && given !== named.by) {
    return failure(`source must be ${feedbackSources.join(', ')} in a row that says by whom`);
  }
  const by = given ?? named.by ?? undefined;
  const at = readText(value['at']);
  for (const name of ['by', 'at'] as const) {
    const given = value[name] ?? null;
    if (given !== null && typeof given !== 'string') return failure(`${name} must be a text`);
  }
  const checked = checkFeedback({
    id,
    quality,
    source: named.source,
    ...(by === undefined ? {} : { by }),
    ...(at === undefined ? {} : { at }),
  });
  return checked.ok ? success({ feedback: checked.value, isRenamed: !isKnown }) : checked;
}

/** A log checks its reports one by one, when those before them have been written. */
function checkFeedback(feedback: GivenFeedback): Result<GivenFeedback> {
  try {
    readGivenFeedback(feedback, new Date());
    return success(feedback);
  } catch (cause) {
    if (RoutesmithError.isInstance(cause)) return failure(cause.message);
    throw cause;
  }
}

/** Cells of a table are texts. */
function readQuality(value: JsonValue | undefined): number {
  if (typeof value === 'string') return value.trim() === '' ? Number.NaN : Number(value);
  return typeof value === 'number' ? value : Number.NaN;
}

function readText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function invalid(where: string, what: string): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where,
    fix: 'Each row needs an id, a quality from 0 to 1, and a source.',
  });
}
