import yargs, { type CommandModule } from 'yargs';
import { auditCommand } from './commands/audit-command.js';
import { compareCommand } from './commands/compare-command.js';
import { demoCommand } from './commands/demo-command.js';
import { describeError } from './print/describe-error.js';
import { diffCommand } from './commands/diff-command.js';
import { evaluateCommand } from './commands/evaluate-command.js';
import { exportCommand } from './commands/export-command.js';
import { gradeCommand } from './commands/grade-command.js';
import { importCommand } from './commands/import-command.js';
import { initCommand } from './commands/init-command.js';
import { logCommand } from './commands/log-command.js';
import { replayCommand } from './commands/replay-command.js';
import { keygenCommand } from './commands/keygen-command.js';
import { modelsCommand } from './commands/models-command.js';
import { overkillCommand } from './commands/overkill-command.js';
import { practiceCommand } from './commands/practice-command.js';
import { priceCommand } from './commands/price-command.js';
import { queueCommand } from './commands/queue-command.js';
import { checkWords, toDashes } from './options/check-words.js';
import { exitCodesHelp, type DefinedCommand } from './options/define-command.js';
import { print, printNotice, style } from './print/print.js';
import { wrapText } from '../util/wrap-text.js';
import { reportCommand } from './commands/report-command.js';
import { robustnessCommand } from './commands/robustness-command.js';
import { routeCommand } from './commands/route-command.js';
import { serveCommand } from './commands/serve-command.js';
import { signCommand } from './commands/sign-command.js';
import { sweepCommand } from './commands/sweep-command.js';
import { tasksCommand } from './commands/tasks-command.js';
import { trainCommand } from './commands/train-command.js';
import { verifyCommand } from './commands/verify-command.js';
import { workerCommand } from './commands/worker-command.js';
import { findNearestName } from '../util/describe-issues.js';
import { RoutesmithError } from '../util/errors.js';
import { version } from '../version.js';

/** The commands by what they are for, in the order of the help. */
const groups: Readonly<Record<string, readonly DefinedCommand[]>> = {
  'Try it': [demoCommand, practiceCommand],
  'Bring your data': [initCommand, modelsCommand, importCommand, tasksCommand],
  'Measure models': [sweepCommand, workerCommand, queueCommand, priceCommand, gradeCommand],
  'Learn a policy': [trainCommand, evaluateCommand, reportCommand, overkillCommand],
  'Use a policy': [
    routeCommand,
    serveCommand,
    exportCommand,
    verifyCommand,
    keygenCommand,
    signCommand,
  ],
  'Check a policy': [compareCommand, diffCommand, robustnessCommand],
  'Was it right?': [logCommand, replayCommand, auditCommand],
};

/** All commands. */
export const commands: readonly DefinedCommand[] = Object.values(groups).flat();

const completionCommand = 'completion';
const completionSummary = 'Print a completion script for bash or zsh';

/** Width of the help; a narrower terminal wraps the help of a command further. */
const helpColumns = 80;

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
  if (args.length === 1 && (args[0] === '--help' || args[0] === '-h')) {
    print(describeProgram());
    return;
  }
  checkOptionNames(args);
  const parser = yargs([...args])
    .scriptName('routesmith')
    .version(version)
    .alias('help', 'h')
    .detectLocale(false)
    .parserConfiguration({ 'boolean-negation': false, 'parse-positional-numbers': false })
    .strict()
    .recommendCommands()
    .demandCommand(1, 'a command is missing')
    .completion(completionCommand, completionSummary)
    .wrap(Math.min(helpColumns, process.stdout.columns ?? helpColumns))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      throw usageError(message ?? error?.message ?? 'the arguments are invalid', args);
    });
  for (const command of commands) {
    parser.command({
      ...command,
      handler: (parsed) => {
        // Only now is it known which word names the command: options may come first.
        checkWords(args, command.optionSpecs);
        return command.handler(parsed);
      },
    });
  }
  await parser.parseAsync();
}

/** The help of the program: its commands in groups, which yargs cannot do. */
function describeProgram(): string {
  const indent = ' '.repeat(14);
  const describe = (name: string, summary: string): string =>
    wrapText(summary, helpColumns - indent.length)
      .map((line, index) => (index === 0 ? `  ${name}`.padEnd(indent.length) : indent) + line)
      .join('\n');
  return [
    'routesmith <command>',
    '',
    ...wrapText(
      'Learns from your own labeled examples which language model to use for which prompt.',
      helpColumns,
    ),
    ...Object.entries(groups).flatMap(([group, members]) => [
      `\n${group}:`,
      ...members.map(({ command, summary }) => describe(verbOf(command), summary)),
    ]),
    '\nOther:',
    describe(completionCommand, completionSummary),
    describe('--version', 'Print the version'),
    '\nRun "routesmith <command> --help" for its arguments, options and examples.',
    ...wrapText(exitCodesHelp, helpColumns),
    '\nNew here? Run "routesmith demo". It takes about a minute and needs no API key.',
  ].join('\n');
}

/** Refuses an option that the command does not have; yargs would name a missing one first. */
function checkOptionNames(args: readonly string[]): void {
  const command = commands.find((one) => verbOf(one.command) === args[0]);
  if (command === undefined) return;
  const known = [...Object.keys(command.optionSpecs), 'help', 'version'];
  const end = args.indexOf('--');
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const name = /^--([a-zA-Z][^=]*)/.exec(arg)?.[1];
    if (name === undefined || known.includes(toDashes(name))) continue;
    const nearest = findNearestName(name, known);
    throw usageError(
      `unknown option --${name.slice(0, 60)}${nearest === undefined ? '' : `, did you mean --${nearest}?`}`,
      args,
    );
  }
}

function verbOf(command: CommandModule['command']): string {
  return String(command).split(' ', 1)[0] ?? '';
}

function usageError(message: string, args: readonly string[]): RoutesmithError {
  const verbs = commands.map(({ command }) => verbOf(command));
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
