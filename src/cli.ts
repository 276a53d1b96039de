#!/usr/bin/env node
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { compareCommand } from './cli/commands/compare-command.js';
import { demoCommand } from './cli/commands/demo-command.js';
import { describeError } from './cli/print/describe-error.js';
import { diffCommand } from './cli/commands/diff-command.js';
import { evaluateCommand } from './cli/commands/evaluate-command.js';
import { exportCommand } from './cli/commands/export-command.js';
import { gradeCommand } from './cli/commands/grade-command.js';
import { importCommand } from './cli/commands/import-command.js';
import { keygenCommand } from './cli/commands/keygen-command.js';
import { overkillCommand } from './cli/commands/overkill-command.js';
import { practiceCommand } from './cli/commands/practice-command.js';
import { priceCommand } from './cli/commands/price-command.js';
import { printNotice, style } from './cli/print/print.js';
import { reportCommand } from './cli/commands/report-command.js';
import { robustnessCommand } from './cli/commands/robustness-command.js';
import { routeCommand } from './cli/commands/route-command.js';
import { signCommand } from './cli/commands/sign-command.js';
import { sweepCommand } from './cli/commands/sweep-command.js';
import { tasksCommand } from './cli/commands/tasks-command.js';
import { trainCommand } from './cli/commands/train-command.js';
import { verifyCommand } from './cli/commands/verify-command.js';
import { RoutesmithError } from './util/errors.js';
import { version } from './version.js';

const commands = [
  demoCommand,
  practiceCommand,
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

/** Parses the arguments and runs the command. */
async function run(args: readonly string[]): Promise<void> {
  const withoutValue = args.find((arg) => /^--[\w-]+=$/.test(arg));
  if (withoutValue !== undefined) throw usageError(`${withoutValue} has no value`, args);
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

function report(error: unknown): number {
  const { text, exitCode } = describeError(error, { debug: process.argv.includes('--debug') });
  const [first = '', ...others] = text.split('\n');
  printNotice([style(['bold', 'red'], first, process.stderr), ...others].join('\n'));
  return exitCode;
}

// Registered first, because a library adds a listener that would print a page of source code.
process.on('uncaughtException', (error) => process.exit(report(error)));
process.on('unhandledRejection', (error) => process.exit(report(error)));
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader closed the pipe, as `head` does.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

try {
  await run(hideBin(process.argv));
} catch (error) {
  process.exitCode = report(error);
}
