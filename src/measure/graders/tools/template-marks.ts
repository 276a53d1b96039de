/** Before the tags of DeepSeek's newer template, which are otherwise those of others. */
const tagPrefix = /(<\/?)｜DSML｜(?=(?:function_calls|invoke|parameter)\b)/g;
/** Python calls in a block of their own, as LFM and Llama write them. */
const pythonBlock =
  /(?:<\|tool_call_start\|>|<\|python_tag\|>)\s{0,4}([\s\S]{1,4000}?)\s{0,4}(?:<\|tool_call_end\|>|<\|e(?:om|ot)_id\|>|$)/g;
/** What no answer contains but one that calls a tool, unless the list of calls is empty. */
const callMark =
  /(?:<｜tool▁calls?▁begin｜>|<(?:｜DSML｜)?(?:function_calls|invoke\b)|<｜DSML｜|\[TOOL_CALLS\]|<\|tool_calls?(?:_section)?_(?:start|begin)\|>|<start_function_call>|<\|python_tag\|>)(?!\s{0,4}\[\s{0,4}\])/;

/** An answer with tags as other templates write them. */
export function plainTemplate(answer: string): string {
  return answer.replace(tagPrefix, '$1');
}

/** The blocks of an answer that hold Python calls, with the place of each. */
export function findPythonBlocks(
  answer: string,
): readonly { readonly code: string; readonly start: number; readonly end: number }[] {
  return [...answer.matchAll(pythonBlock)].map((match) => ({
    code: (match[1] as string).replace(/^([A-Za-z_]\w{0,127})\.call\(/, '$1('),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Whether an answer has the marks of a template for calls of tools, which may be of a form that is not read. */
export function hasCallMark(answer: string): boolean {
  return callMark.test(answer);
}
