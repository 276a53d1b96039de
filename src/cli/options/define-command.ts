import type {
  ArgumentsCamelCase,
  Argv,
  CommandModule,
  InferredOptionTypes,
  Options,
  PositionalOptions,
} from 'yargs';
import { checkArguments, type NumberLimits, type TextLimits } from './check-arguments.js';

export type OptionSpec = Options & NumberLimits & TextLimits;
type PositionalSpec = PositionalOptions & Options;

/** Options of every command. */
const commonOptions = {
  json: {
    type: 'boolean',
    default: false,
    describe: 'Print JSON; everything else goes to standard error',
  },
  debug: {
    type: 'boolean',
    default: false,
    describe: 'Print the stack trace of an error',
  },
} as const satisfies Record<string, OptionSpec>;

/** The arguments of a command after parsing and checking. */
export type CommandArguments<Specs extends Record<string, Options>> = ArgumentsCamelCase<
  InferredOptionTypes<Specs & typeof commonOptions>
>;

export interface CommandDefinition<
  Positionals extends Record<string, PositionalSpec>,
  Specs extends Record<string, OptionSpec>,
> {
  /** The verb and its positional arguments in yargs' notation: `train <run>`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly positionals: Positionals;
  readonly options: Specs;
  /** Command lines that work as printed, each with a short description. */
  readonly examples: readonly (readonly [commandLine: string, description: string])[];
  run(args: CommandArguments<Positionals & Specs>): Promise<void>;
}

/** What the program needs to know of a command besides what yargs does. */
export interface DefinedCommand extends CommandModule {
  readonly summary: string;
  /** Examples of the help, which a test runs as they are printed. */
  readonly examples: readonly (readonly [commandLine: string, description: string])[];
  /** All options by name, without dashes. */
  readonly optionSpecs: Readonly<Record<string, OptionSpec>>;
}

/** What every help ends with. */
export const exitCodesHelp =
  'Exit codes: 0 success, 1 failure, 2 wrong usage or input, 3 some cells not settled, ' +
  '4 budget reached, 5 check failed, 130 interrupted.';

/**
 * Makes a yargs command from a definition. Adds the common options, and the checks that yargs does
 * not make: limits of numbers, empty texts, repeated options.
 */
export function defineCommand<
  const Positionals extends Record<string, PositionalSpec>,
  const Specs extends Record<string, OptionSpec>,
>(definition: CommandDefinition<Positionals, Specs>): DefinedCommand {
  const { usage, summary, positionals, examples } = definition;
  const options: Record<string, OptionSpec> = { ...definition.options, ...commonOptions };
  return {
    command: usage,
    // For completion; the help of the program lists its commands in groups, which yargs cannot.
    describe: summary,
    summary,
    examples,
    optionSpecs: options,
    builder: (parser: Argv) => {
      parser.usage(`$0 ${usage}\n\n${summary}.`).epilogue(exitCodesHelp);
      for (const [name, spec] of Object.entries(positionals)) parser.positional(name, spec);
      parser.group(Object.keys(definition.options), 'Options:');
      parser.group([...Object.keys(commonOptions), 'help', 'version'], 'Common options:');
      for (const [name, spec] of Object.entries(options)) {
        parser.option(name, { requiresArg: spec.type !== 'boolean', ...spec });
      }
      for (const [commandLine, description] of examples) {
        parser.example(`$0 ${commandLine}`, description);
      }
      return parser;
    },
    handler: async (args) => {
      checkArguments(args, positionals, '');
      checkArguments(args, options);
      await definition.run(args as CommandArguments<Positionals & Specs>);
    },
  };
}
