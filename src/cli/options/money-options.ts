import type { OptionSpec } from '../commands/define-command.js';

/** Options of the commands that put outcomes into money. */
export const moneyOptions = {
  baseline: {
    type: 'string',
    describe: 'The model that is used now [default: the best single model]',
  },
  'monthly-requests': {
    type: 'number',
    above: 0,
    conflicts: 'mix',
    describe: 'Requests a month, to put savings into money; tasks as often as in the run',
  },
  mix: {
    type: 'string',
    describe: 'File of the requests a month of each task: CSV (task, requests), YAML or JSON',
  },
  margin: {
    type: 'number',
    default: 0.03,
    above: 0,
    maximum: 1,
    describe: 'A model that is worse by less than this much quality is not worse',
  },
} as const satisfies Record<string, OptionSpec>;
