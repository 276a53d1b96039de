import { once } from 'node:events';
import type { PracticeServer, PracticeSettings } from '../../measure/practice/practice-server.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { defineCommand } from '../options/define-command.js';
import { seedOption } from '../options/run-options.js';
import { listenForInterrupt } from '../print/interrupt.js';
import { describeSimulated, print, printJson, printNotice, style } from '../print/print.js';
import { quoteWord } from '../../util/quote-word.js';

export const practiceCommand = defineCommand({
  usage: 'practice',
  summary:
    'Serve SIMULATED models on this machine, to try a sweep without API keys or cost; they judge nothing',
  positionals: {},
  options: {
    tasks: {
      type: 'string',
      demandOption: true,
      describe: 'Task set that the simulated models can answer',
    },
    port: { type: 'number', default: 8787, whole: true, minimum: 1, maximum: 65535 },
    seed: { ...seedOption, describe: 'Seed of what each model knows' },
    'print-pool': {
      type: 'boolean',
      default: false,
      describe: 'Print the pool file for this port, and start no server',
    },
  },
  examples: [
    ['practice --tasks datasets/everyday.jsonl --print-pool > models.yaml', 'writes its pool file'],
    ['practice --tasks datasets/everyday.jsonl', 'serves until Ctrl-C'],
  ],
  async run(args) {
    const [{ readTaskSet }, { checkGrader }, { startPracticeServer }, { practicePoolYaml }] =
      await Promise.all([
        import('../../measure/tasks/read-task-set.js'),
        import('../../measure/graders/check-grader.js'),
        import('../../measure/practice/practice-server.js'),
        import('../../measure/practice/practice-models.js'),
      ]);
    const { examples } = await readTaskSet(args.tasks, { checkGrader });
    if (args['print-pool']) {
      const pool = practicePoolYaml(`http://127.0.0.1:${args.port}/v1`);
      // JSON is YAML, so that it can be saved as a pool file, too.
      if (args.json) printJson((await import('yaml')).parse(pool));
      else print(pool.trimEnd());
      return;
    }
    const server = await start(startPracticeServer, { examples, seed: args.seed, port: args.port });
    const interrupt = listenForInterrupt('Stopping.');
    try {
      if (args.json) printJson({ simulated: true, url: server.url, models: server.pool.models });
      else printUsage(server, practicePoolYaml(server.url), args.tasks);
      if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    } finally {
      interrupt.dispose();
      await server.close();
    }
    const calls = [...server.calls().values()].reduce((sum, count) => sum + count, 0);
    printNotice(`Served ${formatCount(calls, 'request')}.`);
  },
});

async function start(
  startServer: (settings: PracticeSettings) => Promise<PracticeServer>,
  settings: PracticeSettings,
): Promise<PracticeServer> {
  try {
    return await startServer(settings);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    throw new RoutesmithError(
      'usage',
      code === 'EACCES' ? 'no permission to use this port' : 'this port is in use',
      { where: `127.0.0.1:${settings.port}`, fix: 'Choose another one with --port.', cause },
    );
  }
}

function printUsage(server: PracticeServer, yaml: string, tasks: string): void {
  print(describeSimulated());
  print(`Listening on ${style('bold', server.url)} until Ctrl-C.`);
  print('\nSave this as models.yaml:\n');
  print(yaml.trimEnd());
  print('\nThen run this in another terminal:\n');
  print(`  routesmith sweep --tasks ${quoteWord(tasks)} --pool models.yaml --out runs/practice`);
}
