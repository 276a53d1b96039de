/** `0{,}5` is a decimal number, `1{,}234` has thousands. */
const bracedComma = /(?<!\d|\d\{,\}|\.)(\d{1,15})\{,\}(\d{1,15})(?!\d|\{,\})/g;
const comma = /(?<![\d.,])(\d{1,15}),(\d{1,15})(?!\d|[.,]\d)/g;

/** A text with points for the commas in braces that LaTeX writes into decimal numbers. */
export function bracedCommasAsPoints(text: string): string {
  return text.replace(bracedComma, (written, whole: string, part: string) => {
    const isThousands = part.length === 3 && whole.length <= 3 && !whole.startsWith('0');
    return isThousands ? written : `${whole}.${part}`;
  });
}

/** The other reading of "2,5", which is a list of two numbers or a decimal number; undefined if there is none. */
export function commasAsPoints(text: string): string | undefined {
  const read = text.replace(comma, '$1.$2');
  return read === text ? undefined : read;
}
