import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly positionals: readonly string[];
  /** Only the entries whose name is listed; all when empty. */
  readonly only: readonly string[];
  /** Whether `--all` was given: also what takes long. */
  readonly all: boolean;
  /** Writes `{ "results": ... }` where `--json FILE` was given. */
  readonly writeResults: (results: Readonly<Record<string, unknown>>) => void;
}

/** Reads the arguments that every benchmark takes: positionals, `--only NAME`, `--all`, `--json FILE`. */
export function readBenchArguments(): BenchArguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      only: { type: 'string', multiple: true },
      all: { type: 'boolean' },
    },
  });
  return {
    positionals,
    only: values.only ?? [],
    all: values.all ?? false,
    writeResults: (results) => {
      if (values.json === undefined) return;
      writeFileSync(values.json, `${JSON.stringify({ results }, null, 2)}\n`);
    },
  };
}
