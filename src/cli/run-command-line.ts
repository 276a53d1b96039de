import yargs from 'yargs';
import { compareCommand } from './commands/compare-command.js';
import { demoCommand } from './commands/demo-command.js';
import { describeError } from './print/describe-error.js';
import { diffCommand } from './commands/diff-command.js';
import { evaluateCommand } from './commands/evaluate-command.js';
import { exportCommand } from './commands/export-command.js';
import { gradeCommand } from './commands/grade-command.js';
import { importCommand } from './commands/import-command.js';
import { initCommand } from './commands/init-command.js';
import { keygenCommand } from './commands/keygen-command.js';
import { modelsCommand } from './commands/models-command.js';
import { overkillCommand } from './commands/overkill-command.js';
import { practiceCommand } from './commands/practice-command.js';
import { priceCommand } from './commands/price-command.js';
import type { DefinedCommand } from './options/define-command.js';
import { printNotice, style } from './print/print.js';
import { reportCommand } from './commands/report-command.js';
import { robustnessCommand } from './commands/robustness-command.js';
import { routeCommand } from './commands/route-command.js';
import { signCommand } from './commands/sign-command.js';
import { sweepCommand } from './commands/sweep-command.js';
import { tasksCommand } from './commands/tasks-command.js';
import { trainCommand } from './commands/train-command.js';
import { verifyCommand } from './commands/verify-command.js';
import { RoutesmithError } from '../util/errors.js';
import { version } from '../version.js';

/** All commands, in the order of the help. */
export const commands: readonly DefinedCommand[] = [
  demoCommand,
  practiceCommand,
  initCommand,
  modelsCommand,
  importCommand,
  sweepCommand,
  priceCommand,
  gradeCommand,
  tasksCommand,
  trainCommand,
  evaluateCommand,
  overkillCommand,
  reportCommand,
  compareCommand,
  diffCommand,
  robustnessCommand,
  routeCommand,
  exportCommand,
  verifyCommand,
  keygenCommand,
  signCommand,
];

/**
 * Runs the command that the arguments name.
 *
 * @param args the command line after the program's name
 * @returns the exit code; an error has been printed to standard error
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await parseAndRun(args);
    return 0;
  } catch (error) {
    return reportError(error, args);
  }
}

/**
 * Prints an error to standard error, with its stack where the arguments have `--debug`.
 *
 * @returns the exit code of the error
 */
export function reportError(error: unknown, args: readonly string[]): number {
  const { text, exitCode } = describeError(error, { debug: args.includes('--debug') });
  const [first = '', ...others] = text.split('\n');
  printNotice([style(['bold', 'red'], first, process.stderr), ...others].join('\n'));
  return exitCode;
}

/** Throws for anything that goes wrong. */
async function parseAndRun(args: readonly string[]): Promise<void> {
  const withoutValue = args.find((arg) => /^--[\w-]+=$/.test(arg));
  if (withoutValue !== undefined) {
    throw usageError(`${withoutValue} has no value`, args);
  }
  const parser = yargs([...args])
    .scriptName('routesmith')
    .usage(
      '$0 <command>\n\nLearns from your own labeled examples which language model to use for which prompt.',
    )
    .version(version)
    .alias('help', 'h')
    .detectLocale(false)
    .parserConfiguration({ 'boolean-negation': false, 'parse-positional-numbers': false })
    .strict()
    .recommendCommands()
    .demandCommand(1, 'a command is missing')
    .epilogue('New here? Run "routesmith demo". It takes a minute or two and needs no API key.')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      throw usageError(message ?? error?.message ?? 'the arguments are invalid', args);
    });
  for (const command of commands) parser.command(command);
  await parser.parseAsync();
}

function usageError(message: string, args: readonly string[]): RoutesmithError {
  const verbs = commands.map(({ command }) => String(command).split(' ', 1)[0]);
  const [first = ''] = args;
  const isCommand = verbs.includes(first);
  return new RoutesmithError('usage', describeUsage(message, isCommand ? undefined : first), {
    fix: `Run "routesmith${isCommand ? ` ${first}` : ''} --help".`,
  });
}

/**
 * A message of yargs in the style of the other messages.
 *
 * @param unknownCommand the first argument, where it is not a command
 */
function describeUsage(message: string, unknownCommand: string | undefined): string {
  if (/^Unknown arguments?: |^Did you mean /.test(message) && unknownCommand !== undefined) {
    const suggestion = message.startsWith('Did') ? `, ${message.replace(/^Did/, 'did')}` : '';
    return `unknown command "${unknownCommand.slice(0, 60)}"${suggestion}`;
  }
  return message
    .replace(/^Not enough non-option arguments: .*/, 'an argument is missing')
    .replace(/^Not enough arguments following: /, 'a value is missing after the option ')
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}
