import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly positionals: readonly string[];
  /** Only the entries whose name is listed; all when empty. */
  readonly only: readonly string[];
  /** How often a timed comparison is made, with `--rounds N`. */
  readonly rounds: number;
  /** Fold seeds: 1 to N, with `--seeds N`. */
  readonly seeds: readonly number[];
  /** Whether `--no-families` was not given: also compare the model families. */
  readonly families: boolean;
  /** Writes `{ "results": ... }` where `--json FILE` was given. */
  readonly writeResults: (results: Readonly<Record<string, unknown>>) => void;
}

/** Reads the arguments that every benchmark takes: positionals, `--only NAME`, `--json FILE`, `--rounds N`, `--seeds N` and `--no-families`. */
export function readBenchArguments(): BenchArguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      seeds: { type: 'string', default: '3' },
      'no-families': { type: 'boolean' },
    },
  });
  return {
    positionals,
    only: values.only ?? [],
    rounds: Math.max(1, Number(values.rounds)),
    seeds: Array.from({ length: Math.max(1, Number(values.seeds)) }, (_, index) => index + 1),
    families: values['no-families'] !== true,
    writeResults: (results) => {
      if (values.json === undefined) return;
      writeFileSync(values.json, `${JSON.stringify({ results }, null, 2)}\n`);
    },
  };
}
