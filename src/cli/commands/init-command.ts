import type { InitQuestions } from '../init/init-questions.js';
import { RoutesmithError } from '../../util/errors.js';
import { parseNames } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import { printJson, printNotice } from '../print/print.js';

const judgeFile = 'judge.yaml';

export const initCommand = defineCommand({
  usage: 'init <file>',
  summary: 'Make a task set and a pool file from your own prompts',
  positionals: {
    file: {
      type: 'string',
      demandOption: true,
      describe: 'Prompts: CSV, TSV, JSONL, JSON or Parquet; or an export of Langfuse or LangSmith',
    },
  },
  options: {
    tasks: { type: 'string', default: 'tasks.jsonl', describe: 'Task set to write' },
    pool: { type: 'string', default: 'models.yaml', describe: 'Pool file to write' },
    map: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Field and column, such as prompt=question; fields: prompt, reference, task, id',
    },
    provider: {
      type: 'string',
      describe: 'openai, openrouter, anthropic, ollama, or the base URL of a server',
    },
    'key-env': {
      type: 'string',
      variable: true,
      describe: 'NAME of the environment variable with the API key',
    },
    models: { type: 'string', describe: 'Models to compare, separated by commas' },
    price: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'MODEL=INPUT/OUTPUT in USD per million tokens, where the list has no price',
    },
    judge: {
      type: 'string',
      describe: 'Model of the provider that grades what no rule can; written to judge.yaml',
    },
    'max-tokens': {
      type: 'number',
      default: 4096,
      whole: true,
      minimum: 1,
      describe: 'Limit of an answer, which bounds what a call can cost',
    },
    yes: { type: 'boolean', default: false, describe: 'Accept all guesses, ask nothing' },
    overwrite: { type: 'boolean', default: false, describe: 'Replace files that exist' },
  },
  examples: [
    ['init prompts.csv', 'asks what it cannot tell'],
    [
      'init prompts.csv --yes --provider openrouter --models openai/gpt-5-mini,google/gemini-2.5-flash',
      'for scripts',
    ],
  ],
  async run(args) {
    if (!/\.(jsonl|ndjson)$/i.test(args.tasks)) {
      throw new RoutesmithError('usage', '--tasks must end in .jsonl', {
        fix: 'The task set is written as JSON Lines.',
      });
    }
    const [{ runInit }, { buildInitJson, printDraft, printInit }] = await Promise.all([
      import('../init/run-init.js'),
      import('../init/print-init.js'),
    ]);
    const settings = {
      file: args.file,
      tasksFile: args.tasks,
      poolFile: args.pool,
      judgeFile,
      map: args.map ?? [],
      provider: args.provider,
      apiKeyEnv: args['key-env'],
      models: args.models === undefined ? undefined : parseNames('--models', args.models),
      prices: args.price ?? [],
      judge: args.judge,
      maxTokens: args['max-tokens'],
      overwrite: args.overwrite,
      onDraft: args.json ? () => {} : printDraft,
    };
    const result = await runInit(settings, await chooseQuestions(args.yes || args.json));
    if (args.judge !== undefined && result.judge === undefined) {
      printNotice('--judge is not used: no task needs one.');
    }
    if (args.json) printJson(buildInitJson(settings, result));
    else printInit(settings, result);
  },
});

async function chooseQuestions(isScript: boolean): Promise<InitQuestions> {
  if (isScript) return (await import('../init/default-answers.js')).defaultAnswers;
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new RoutesmithError('usage', 'questions need a terminal', {
      fix: 'Add --yes to accept the guesses, and options for what cannot be guessed.',
    });
  }
  const { createTerminalQuestions } = await import('../init/terminal-questions.js');
  return createTerminalQuestions({ input: process.stdin, output: process.stdout });
}
