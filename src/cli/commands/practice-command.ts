import { once } from 'node:events';
import type { PracticeServer, PracticeSettings } from '../../measure/practice/practice-server.js';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from './define-command.js';
import { listenForInterrupt } from '../interrupt.js';
import { describeSimulated, print, printJson, printNotice, style } from '../print/print.js';

export const practiceCommand = defineCommand({
  usage: 'practice',
  summary: 'Run SIMULATED models on this machine, to try everything without a key or a bill',
  positionals: {},
  options: {
    tasks: {
      type: 'string',
      demandOption: true,
      describe: 'The task set that the simulated models can be asked',
    },
    port: { type: 'number', default: 8787, whole: true, minimum: 1, maximum: 65535 },
    seed: {
      type: 'number',
      default: 1,
      whole: true,
      minimum: 0,
      describe: 'Decides which model knows what',
    },
    'print-pool': {
      type: 'boolean',
      default: false,
      describe: 'Print the pool file for this port, and start nothing',
    },
  },
  examples: [
    ['practice --tasks datasets/everyday.jsonl --print-pool > models.yaml', 'its pool file'],
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
      print(practicePoolYaml(`http://127.0.0.1:${args.port}/v1`).trimEnd());
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
    printNotice(`${calls} requests were served.`);
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
      code === 'EACCES' ? 'this port may not be used' : 'this port is in use',
      { where: `127.0.0.1:${settings.port}`, fix: 'Give another one with --port.', cause },
    );
  }
}

function printUsage(server: PracticeServer, yaml: string, tasks: string): void {
  print(describeSimulated());
  print(`Listening on ${style('bold', server.url)} until Ctrl-C.`);
  print('\nWrite this to models.yaml:\n');
  print(yaml.trimEnd());
  print('\nThen, in another terminal:\n');
  print(`  routesmith sweep --tasks ${tasks} --pool models.yaml --out runs/practice`);
}
