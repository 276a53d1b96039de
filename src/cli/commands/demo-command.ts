import { defineCommand } from '../options/define-command.js';

export const demoCommand = defineCommand({
  usage: 'demo',
  summary: 'Run every step from a task set to decisions with SIMULATED models; needs no API key',
  positionals: {},
  options: {
    dir: { type: 'string', default: 'runs/demo', describe: 'Folder; emptied first' },
    limit: {
      type: 'number',
      whole: true,
      minimum: 40,
      describe: 'Use only this many of the prompts, to finish sooner',
    },
  },
  examples: [['demo', 'writes everything to runs/demo']],
  async run(args) {
    const { runDemo } = await import('./run-demo.js');
    await runDemo({ directory: args.dir, limit: args.limit, json: args.json });
  },
});
