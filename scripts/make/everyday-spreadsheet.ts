import Papa from 'papaparse';

/**
 * The tasks of a JSON Lines file as people keep them: a CSV file with the columns Prompt, Expected and
 * Category. A cell with several answers is a JSON list.
 */
export function formatSpreadsheet(jsonLines: string): string {
  const rows = jsonLines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .map(({ prompt, reference, task }) => [
      prompt,
      Array.isArray(reference) ? JSON.stringify(reference) : reference,
      task,
    ]);
  return `${Papa.unparse({ fields: ['Prompt', 'Expected', 'Category'], data: rows }, { newline: '\n' })}\n`;
}
