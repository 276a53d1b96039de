import { defineCommand } from './define-command.js';

export const demoCommand = defineCommand({
  usage: 'demo',
  summary: 'Show the whole way from tasks to decisions with SIMULATED models, without a key',
  positionals: {},
  options: {
    dir: { type: 'string', default: 'runs/demo', describe: 'Where to put it; made afresh' },
    limit: {
      type: 'number',
      whole: true,
      minimum: 40,
      describe: 'Take only so many of the tasks, to be done sooner',
    },
  },
  examples: [['demo', 'everything is put into runs/demo']],
  async run(args) {
    const { runDemo } = await import('./run-demo.js');
    await runDemo({ directory: args.dir, limit: args.limit, json: args.json });
  },
});
