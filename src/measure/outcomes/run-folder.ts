import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import { createDraft, describeWriteError, privateMode } from '../../util/replace-file.js';
import { checkIsNoInput } from '../../util/write-output-file.js';
import { importOutcomes } from './importers/import-outcomes.js';
import { readHeldOut } from './held-out.js';
import { encodeOutcomeLines, readImportedTable } from './outcome-lines.js';
import type { OutcomeTable } from './outcome-table.js';
import { readSweepTable } from './read-sweep-table.js';
import { encodeRunInfo, readRunInfo, runFiles, type Run, type RunInfo } from './run.js';
import { quoteWord } from '../../util/quote-word.js';

/**
 * Writes an imported run: `outcomes.jsonl`, and then `run.json`, which makes the folder a run.
 *
 * @param options.overwrite whether to replace an existing imported run; default: false. A sweep, or
 * a folder of other files, is never overwritten.
 * @throws RoutesmithError `usage` if the folder is not empty and may not be overwritten, or holds what
 * the run was imported from
 */
export async function writeImportedRun(
  directory: string,
  run: { readonly info: RunInfo; readonly table: OutcomeTable },
  options: { readonly overwrite?: boolean } = {},
): Promise<void> {
  checkModels(run);
  await mkdir(directory, { recursive: true });
  const info = join(directory, runFiles.info);
  const outcomes = join(directory, runFiles.outcomes);
  const inputs = run.info.sources.map(({ file }) => file);
  for (const file of [info, outcomes]) await checkIsNoInput(file, inputs, 'Choose another folder.');
  await checkReplaceable(directory, options.overwrite ?? false);
  const outcomesDraft = createDraft(outcomes, { mode: privateMode });
  const infoDraft = createDraft(info);
  try {
    await outcomesDraft.write(inChunks(encodeOutcomeLines(run.table)));
    await infoDraft.write(encodeRunInfo(run.info));
    // Removed first, so that the old run.json never describes the new outcomes.
    await rm(info, { force: true });
    await outcomesDraft.commit();
    await infoDraft.commit();
  } catch (error) {
    await Promise.all([outcomesDraft.discard(), infoDraft.discard()]);
    throw describeWriteError(error, outcomes);
  }
}

/**
 * Reads a run: the folder of a sweep or of imported outcomes, or a file of outcomes in the exchange
 * format (`.csv`, `.tsv`, `.jsonl`, `.parquet`, also with `.gz`).
 *
 * @throws RoutesmithError `invalid_input` if the path is not a run, `invalid_outcomes`,
 * `invalid_task_set` or `ledger_corrupt` if it is damaged, with file and line
 */
export async function readRun(path: string): Promise<Run> {
  const kind = await findKind(path);
  if (kind === 'file') return readOutcomesFile(path);
  const infoFile = join(path, runFiles.info);
  if (kind === 'nothing' || (await findKind(infoFile)) !== 'file') {
    throw new RoutesmithError(
      'invalid_input',
      kind === 'nothing'
        ? 'there is no such run'
        : `this is not a run folder: it has no ${runFiles.info}`,
      { where: path, fix: 'Give the folder of a sweep or an import, or a file of outcomes.' },
    );
  }
  const info = await readRunInfo(infoFile);
  if (info.kind === 'import') {
    const table = await readImportedTable(join(path, runFiles.outcomes), info);
    return { directory: path, info, table, leftOut: new Map() };
  }
  const sweep = await readSweepTable(
    join(path, runFiles.tasks),
    join(path, runFiles.ledger),
    info,
    await readHeldOut(path),
  );
  return { directory: path, info: { ...info, simulated: sweep.table.simulated }, ...sweep };
}

async function readOutcomesFile(file: string): Promise<Run> {
  const { table, models, report, sources } = await importOutcomes({
    format: 'outcomes',
    files: [file],
  }).catch((error: unknown) => {
    throw adviseImport(error, file);
  });
  const info: RunInfo = {
    version: 1,
    kind: 'import',
    name: basename(file).replace(/\.(csv|tsv|jsonl|ndjson)(\.gz)?$/i, ''),
    createdAt: (await stat(file)).mtime.toISOString(),
    simulated: table.simulated,
    models,
    costBasis: table.costBasis,
    sources,
  };
  const leftOut = new Map(report.badRows === 0 ? [] : [['bad row', report.badRows] as const]);
  const [first] = report.problems;
  const found = [
    ...report.notes,
    ...(first === undefined ? [] : [`the first bad row, line ${first.line}: ${first.problem}`]),
  ];
  const namesOptions = found.some((note) => /\s--[a-z]/.test(note));
  const notes = namesOptions ? [...found, `these options are of: ${importCommand(file)}`] : found;
  return { directory: dirname(file), info, table, leftOut, ...(notes.length > 0 && { notes }) };
}

/** Options such as --format are of `import`: what reads a run does not have them. */
function adviseImport(error: unknown, file: string): unknown {
  if (!RoutesmithError.isInstance(error)) return error;
  if (error.code !== 'invalid_outcomes' || !error.message.includes('--')) return error;
  const { where, fix = '', message } = error;
  const start = where === undefined ? 0 : `${where}: `.length;
  const what = message.slice(start, fix === '' ? undefined : -`\n  ${fix}`.length);
  return new RoutesmithError('invalid_outcomes', what, {
    ...(where !== undefined && { where }),
    fix: `Import it first, and give the folder: ${importCommand(file)}\n  ${fix}`,
    cause: error,
  });
}

function importCommand(file: string): string {
  const name = basename(file).replace(/\.[^]*$/, '') || 'mine';
  return `routesmith import ${quoteWord(file)} --out ${quoteWord(`runs/${name}`)}`;
}

async function findKind(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'nothing';
  }
}

async function checkReplaceable(directory: string, overwrite: boolean): Promise<void> {
  // Temporary files of an interrupted write may always be replaced.
  const isLeftover = (name: string): boolean => name.endsWith('.tmp');
  const names = (await readdir(directory)).filter((name) => !isLeftover(name));
  if (names.length === 0) return;
  const isImport =
    names.includes(runFiles.outcomes) &&
    names.every((name) => name === runFiles.outcomes || name === runFiles.info);
  if (isImport && overwrite) return;
  throw new RoutesmithError('usage', 'the folder is not empty', {
    where: directory,
    fix: isImport
      ? 'Choose another folder, or replace the import with --overwrite.'
      : 'Choose another folder. Only an imported run can be overwritten.',
  });
}

function checkModels({ info, table }: { info: RunInfo; table: OutcomeTable }): void {
  const described = info.models.map(({ id }) => id);
  if (JSON.stringify(described) === JSON.stringify(table.models)) return;
  throw new RoutesmithError('internal', 'the models of the run differ from those of its table');
}

/** Joins lines into chunks of about 64 kB, for fewer writes. */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
