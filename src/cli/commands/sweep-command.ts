import { readAddModelSettings } from '../options/add-model-options.js';
import { defineCommand } from '../options/define-command.js';
import { findLogFile, sweepOptions, sweepPositionals } from '../options/sweep-options.js';

export const sweepCommand = defineCommand({
  usage: 'sweep [run]',
  summary: 'Call every model of a pool with every prompt, and grade the answers',
  positionals: sweepPositionals,
  options: sweepOptions,
  examples: [
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday',
      'Ctrl-C pauses it, the same command resumes it',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --dry-run',
      'estimates the cost',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --budget 5.00',
      'exits with code 4 rather than cost more',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --batch --dry-run',
      'what it would cost in batches',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/adaptive --adaptive',
      'buys only the answers that decide something',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/repeated --repeats auto',
      'repeats calls only where noise could change a decision',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --models practice/clerk,practice/coder --out runs/two',
      'calls two models of the pool',
    ],
    [
      'sweep runs/two --pool models.yaml --add-model practice/scholar',
      'adds a model to a swept run, asking it a part of the prompts',
    ],
    [
      'sweep --tasks datasets/everyday.jsonl --pool models.yaml --out runs/everyday --queue postgres://db.internal/sweeps',
      'workers on other machines make the calls',
    ],
  ],
  async run(args) {
    const addition = readAddModelSettings(args);
    if (addition === undefined) {
      const { sweepPool } = await import('./sweep-pool.js');
      await sweepPool(args);
      return;
    }
    const { addModelToRun } = await import('./add-model-to-run.js');
    const log = findLogFile(args.log, addition.runDirectory);
    await addModelToRun(addition, { ...args, log });
  },
});
