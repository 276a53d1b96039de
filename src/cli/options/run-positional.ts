import type { OptionSpec } from '../commands/define-command.js';

/** What commands work on. */
export const runPositional = {
  type: 'string',
  demandOption: true,
  describe: "A run's folder, or a file of outcomes (.csv, .jsonl)",
} as const satisfies OptionSpec;
