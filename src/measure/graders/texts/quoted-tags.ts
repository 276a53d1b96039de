/** A tag of reasoning in a text. */
export interface ReasoningTag {
  readonly start: number;
  readonly end: number;
  readonly isClosing: boolean;
}

interface FenceLine {
  readonly start: number;
  readonly mark: string;
  /** A line of its own that may close a block; a language makes it an opening one. */
  readonly isBare: boolean;
}

const fenceLine = /^[ \t>]{0,20}(?:[-*+]\s|\d{1,3}[.)]\s)?(`{3,5}|~~~)([^\n`]{0,200})$/gm;
/** A block that begins where the reasoning has ended. */
const fenceHere = /[ \t]{0,20}(`{3,5}|~~~)[^\n`]{0,200}(?=\n)/y;
const toolCallTag = /<(\/?)tool_call>/g;
/** Longer lines are no code, and would be read again for each of their tags. */
const maxLine = 500;
/** More pieces of a text are not tried as JSON. */
const maxParsed = 20;

/**
 * Tells tags that a text only quotes from those of its reasoning: within a line of a closed block of
 * code, of inline code, or of JSON. Tags must be asked for in order, and `begin` called where the text
 * goes on after one that was not quoted.
 */
export class TagQuotes {
  readonly #text: string;
  readonly #fences: readonly FenceLine[];
  #next = 0;
  #open: FenceLine | undefined;
  #hasQuotedOpening = false;
  #start = 0;
  readonly #calls: readonly TextRange[];
  #nextCall = 0;
  #json: TextRange | undefined;
  #parsed = 0;

  constructor(text: string) {
    this.#text = text;
    this.#fences = [...text.matchAll(fenceLine)].map(({ index, 1: mark = '', 2: rest = '' }) => ({
      start: index,
      mark: mark.slice(0, 3),
      isBare: rest.trim() === '',
    }));
    this.#calls = listToolCalls(text);
  }

  /** The text starts again here: an earlier block of code that is still open was none. */
  begin(position: number): void {
    this.#start = position;
    this.#open = undefined;
    this.#hasQuotedOpening = false;
    while ((this.#fences[this.#next]?.start ?? Infinity) < position) this.#next++;
    fenceHere.lastIndex = position;
    const mark = fenceHere.exec(this.#text)?.[1]?.slice(0, 3);
    if (mark !== undefined) this.#open = { start: position, mark, isBare: false };
  }

  isQuoted(tag: ReasoningTag): boolean {
    return this.#isInJson(tag) || this.#isInCode(tag);
  }

  #isInCode({ start, end, isClosing }: ReasoningTag): boolean {
    const [before = ''] = this.#text
      .slice(Math.max(this.#start, start - maxLine), start)
      .split('\n')
      .slice(-1);
    const [after = ''] = this.#text.slice(end, end + maxLine).split('\n', 1);
    if (before.split('`').length % 2 === 0 && after.includes('`')) return true;
    this.#readFences(start);
    const closing = this.#fences[this.#next];
    const isCode =
      this.#open !== undefined && closing?.isBare === true && closing.mark === this.#open.mark;
    if (!isCode || (before.trim() === '' && after.trim() === '')) return false;
    // A block that is not closed within the reasoning may seem to go on behind it.
    if (isClosing && before.trim() === '' && !this.#hasQuotedOpening) return false;
    this.#hasQuotedOpening = true;
    return true;
  }

  #readFences(position: number): void {
    for (; this.#next < this.#fences.length; this.#next++) {
      const fence = this.#fences[this.#next] as FenceLine;
      if (fence.start >= position) return;
      const isClosing = this.#open !== undefined && fence.isBare && fence.mark === this.#open.mark;
      this.#open = isClosing ? undefined : fence;
      this.#hasQuotedOpening = false;
    }
  }

  /** Whether a tag stands in what is JSON as a whole: the rest of the text, or the call of a tool. */
  #isInJson({ start, end }: ReasoningTag): boolean {
    if (this.#json !== undefined && start >= this.#json.start && end <= this.#json.end) return true;
    while ((this.#calls[this.#nextCall]?.end ?? Infinity) < end) this.#nextCall++;
    const call = this.#calls[this.#nextCall];
    const isCall = call !== undefined && call.start >= this.#start && call.start <= start;
    const range = isCall ? call : { start: this.#start, end: this.#text.length };
    if (this.#parsed >= maxParsed || !mayBeJson(this.#text, range)) return false;
    this.#parsed++;
    try {
      JSON.parse(this.#text.slice(range.start, range.end));
    } catch {
      return false;
    }
    this.#json = range;
    return true;
  }
}

interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** What stands between the tags of each call. */
function listToolCalls(text: string): readonly TextRange[] {
  const calls: TextRange[] = [];
  let start: number | undefined;
  for (const { index, 0: tag, 1: slash } of text.matchAll(toolCallTag)) {
    if (slash === '') start = index + tag.length;
    else if (start !== undefined) {
      calls.push({ start, end: index });
      start = undefined;
    }
  }
  return calls;
}

function mayBeJson(text: string, { start, end }: TextRange): boolean {
  return (
    /^\s{0,50}[{["]/.test(text.slice(start, start + 60)) &&
    /[}\]"]\s{0,50}$/.test(text.slice(Math.max(start, end - 60), end))
  );
}
