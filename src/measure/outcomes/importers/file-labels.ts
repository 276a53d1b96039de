import { basename } from 'node:path';

/**
 * Derives labels from file names: each name without the prefix that all of them share, up to a
 * separator. A single file has no label.
 */
export function computeFileLabels(files: readonly string[]): readonly (string | undefined)[] {
  const stems = files.map(fileStem);
  const first = stems[0];
  if (first === undefined || stems.length === 1) return stems.map(() => undefined);
  let shared = first.length;
  for (const stem of stems) {
    while (!stem.startsWith(first.slice(0, shared))) shared--;
  }
  const prefix = /^.*[_.-]/s.exec(first.slice(0, shared))?.[0] ?? '';
  return stems.map((stem) => stem.slice(prefix.length) || stem);
}

/** The name of a data file without its folder and extension. */
export function fileStem(file: string): string {
  return basename(file).replace(/\.(csv|tsv|jsonl|ndjson)(\.gz)?$/i, '');
}
