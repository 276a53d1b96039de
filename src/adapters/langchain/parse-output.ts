import { OutputParserException } from '@langchain/core/output_parsers';

/** The part of a schema of any library that checks a value; see standardschema.dev. */
interface StandardSchema {
  readonly '~standard': {
    validate(value: unknown): StandardResult | Promise<StandardResult>;
  };
}

interface StandardResult {
  readonly value?: unknown;
  readonly issues?: readonly unknown[] | undefined;
}

/**
 * Reads arguments that a model wrote: with the defaults and transforms of their schema. A JSON schema
 * only describes them.
 *
 * @throws OutputParserException for arguments that the schema refuses, as other chat models do
 */
export async function parseOutput(schema: object, args: unknown): Promise<unknown> {
  const { '~standard': standard } = schema as Partial<StandardSchema>;
  if (standard === undefined) return args;
  const { issues, value } = await standard.validate(args);
  if (issues === undefined) return value;
  throw new OutputParserException(`Failed to parse: ${JSON.stringify(issues)}`);
}
