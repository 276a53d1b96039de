import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { getMember, type JsonObject } from '../../../util/json.js';
import { parsePythonObject } from '../../../util/parse-json.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { computeFileLabels } from './file-labels.js';

/** What is known of the run that wrote a file of samples. */
export interface LmEvalRun {
  readonly model: string | undefined;
  readonly task: string | undefined;
  /** The metrics of which less is better, if the results say so. */
  readonly losses: ReadonlySet<string>;
}

const samplesName =
  /^samples_(?<task>.+?)(?:_(?<date>\d{4}-\d\d-\d\dT[\d-]+(?:\.\d+)?))?\.jsonl(?:\.gz)?$/i;

/**
 * Reads what the results files beside a file of samples say of its run: `results_<date>.json`, or any
 * name with the same date; without one of this date, all results files that name the same model.
 */
export async function readLmEvalRun(file: string): Promise<LmEvalRun> {
  const { task, date } = samplesName.exec(basename(file))?.groups ?? {};
  const folder = dirname(file);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const ofRun = date === undefined ? [] : names.filter((name) => name.endsWith(`_${date}.json`));
  const all = names.filter((name) => /^results(_.*)?\.json$/.test(name));
  const results: JsonObject[] = [];
  for (const name of ofRun.length > 0 ? ofRun : all) {
    const content = parsePythonObject(await readTextFile(join(folder, name)));
    if (content !== undefined) results.push(content);
  }
  const models = new Set(results.flatMap((content) => findModelName(content) ?? []));
  const [model] = models;
  const losses = results.flatMap((content) => {
    const better = getMember(content['higher_is_better'], task ?? '') ?? {};
    return Object.entries(better).flatMap(([metric, isHigher]) =>
      isHigher === false ? [metric] : [],
    );
  });
  return { model: models.size === 1 ? model : undefined, task, losses: new Set(losses) };
}

/** The model that results are of. Early versions have it in the arguments only. */
function findModelName(results: JsonObject): string | undefined {
  const name = results['model_name'];
  if (typeof name === 'string' && name !== '') return name;
  const given = getMember(results['config'], 'model_args');
  const text =
    typeof given === 'string'
      ? /(?:^|,)(?:pretrained|model|path|engine)=([^,]+)/.exec(given)?.[1]
      : (getMember(given, 'pretrained') ?? getMember(given, 'model'));
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/**
 * Names of models from file names. The harness's own names differ in the task, which is no model: of
 * such files, the names of different folders are taken, or that of a folder that the harness named
 * after its model (`org__model`).
 */
export function labelLmEvalFiles(files: readonly string[]): readonly (string | undefined)[] {
  if (!files.some((file) => samplesName.test(basename(file)))) return computeFileLabels(files);
  const folders = files.map((file) => basename(dirname(file)));
  if (new Set(folders).size > 1) return folders;
  return folders.map((folder) => (folder.includes('__') ? folder : undefined));
}
