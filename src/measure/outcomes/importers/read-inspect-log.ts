import { RoutesmithError } from '../../../util/errors.js';
import { getMember, listObjects, type JsonObject } from '../../../util/json.js';
import { parsePythonObject } from '../../../util/parse-json.js';
import { readFileBytes } from '../../../util/read-text-file.js';
import { listZipEntries, readZipEntry } from '../../../util/read-zip.js';

/** A log of Inspect, as far as outcomes need it. */
export interface InspectLog {
  /** Undefined where the evaluation had no model of its own, only models in roles. */
  readonly model: string | undefined;
  /** The effort of that model, as its provider spells it; undefined for the default. */
  readonly effort: string | undefined;
  readonly task: string | undefined;
  readonly samples: Iterable<JsonObject>;
}

/** Together, and unpacked; a log of some thousand samples has a tenth of it. */
const maximumBytes = 2_000_000_000;

/**
 * Reads a log of Inspect: a `.eval` archive (deflated or, as newer versions write it, compressed with
 * Zstandard), or a `.json` log. The samples of an archive are unpacked one at a time.
 *
 * @throws RoutesmithError `invalid_outcomes` for a file that is no log
 */
export async function readInspectLog(file: string): Promise<InspectLog> {
  const bytes = await readFileBytes(file);
  const isArchive = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { header, samples } = isArchive ? unpack(file, bytes) : parseLog(bytes);
  const run = header?.['eval'];
  const model = getMember(run, 'model');
  const task = getMember(run, 'task');
  if (typeof model !== 'string') throw invalidLog(file, 'the file is not a log of Inspect');
  return {
    model: model === '' || /^none(\/none)?$/.test(model) ? undefined : model,
    effort: readEffort(header),
    task: typeof task === 'string' ? task.split('/').at(-1) : undefined,
    samples,
  };
}

/** Settings of the run take precedence over those of the model, as they do in Inspect. */
function readEffort(header: JsonObject | undefined): string | undefined {
  const settings = [
    getMember(header?.['plan'], 'config'),
    getMember(header?.['eval'], 'model_generate_config'),
  ];
  for (const name of ['reasoning_effort', 'effort']) {
    const levels = settings.map((config) => getMember(config, name));
    const level = levels.find((value) => typeof value === 'string' && value.trim() !== '');
    if (typeof level === 'string') return level.trim();
  }
  return undefined;
}

interface LogParts {
  readonly header: JsonObject | undefined;
  readonly samples: Iterable<JsonObject>;
}

function parseLog(bytes: Buffer): LogParts {
  // Unlike Buffer, it drops a byte order mark, which is no JSON.
  const header = parsePythonObject(new TextDecoder().decode(bytes));
  return { header, samples: listObjects(header?.['samples']) };
}

function unpack(file: string, bytes: Buffer): LogParts {
  try {
    const wanted = /^(header\.json|_journal\/start\.json|samples\/.+\.json)$/;
    const entries = listZipEntries(bytes).filter(({ name }) => wanted.test(name));
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    if (total > maximumBytes) throw new Error('more than 2 GB when unpacked');
    const parse = (name: string): JsonObject | undefined => {
      const entry = entries.find((candidate) => candidate.name === name);
      if (entry === undefined) return undefined;
      return parsePythonObject(readZipEntry(bytes, entry).toString('utf8'));
    };
    // A run that was interrupted has no header yet.
    const header = parse('header.json') ?? parse('_journal/start.json');
    const names = entries.map(({ name }) => name).filter((name) => name.startsWith('samples/'));
    return { header, samples: parseEach(file, names.sort(), parse) };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function* parseEach(
  file: string,
  names: readonly string[],
  parse: (name: string) => JsonObject | undefined,
): Generator<JsonObject> {
  for (const name of names) {
    let sample: JsonObject | undefined;
    try {
      sample = parse(name);
    } catch (cause) {
      throw unreadable(file, cause);
    }
    yield sample ?? {};
  }
}

function unreadable(file: string, cause: unknown): RoutesmithError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return invalidLog(file, `the archive cannot be unpacked (${reason})`, cause);
}

function invalidLog(where: string, what: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', what, {
    where,
    fix: 'Export the log with "inspect log convert --to json", and import the JSON file.',
    cause,
  });
}
