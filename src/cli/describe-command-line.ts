/**
 * The command line of this process as somebody would type it again.
 *
 * @param argv as `process.argv`: node, the program, the arguments
 */
export function describeCommandLine(argv: readonly string[]): string {
  const quoted = argv
    .slice(2)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  return ['routesmith', ...quoted].join(' ');
}
