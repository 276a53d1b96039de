import { styleText } from 'node:util';

export { escapeControls } from '../../util/escape-controls.js';

/** A text style, or several, by the names of Node's `util.styleText`. */
export type Style = Parameters<typeof styleText>[0];

type OutputStream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/** Prints a line of the result to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a line about the work to standard error, so that standard output stays the result's. */
export function printNotice(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints a value as JSON to standard output; what is not a finite number becomes null. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Styles a text where the stream is a terminal and `NO_COLOR` is not set; otherwise leaves it. */
export function style(format: Style, text: string, stream: OutputStream = process.stdout): string {
  const isPlain = stream.isTTY !== true || (process.env['NO_COLOR'] ?? '') !== '';
  return isPlain ? text : styleText(format, text, { validateStream: false });
}

/** The line that stands over everything that rests on simulated models. */
export function describeSimulated(): string {
  return style(
    ['bold', 'magenta'],
    'SIMULATED: made-up practice models. Nothing here says anything about a real model.',
  );
}
