import type { ProviderError } from './provider-error.js';

/** Where a request has its prompt. Names, ids and descriptions of tools have limits of their own. */
const promptMember = /^(?:messages|input)(?:[.[\]\d]*(?:\.content(?:[.[\]\d]*(?:\.text)?)?)?)?$/;

/**
 * Whether an error that sounds like an overflow is about a text that is no prompt, such as `user` or the
 * description of a tool. OpenAI has one code for all of them (`string_above_max_length`), and LiteLLM
 * takes all of them for an overflow (BerriAI/litellm 17343).
 */
export function isAboutOtherText({ codes, param, message }: ProviderError): boolean {
  const said = /'(?<member>[^']{1,200})': string too long/.exec(message)?.groups?.['member'];
  const member = said ?? (codes.includes('string_above_max_length') ? param : undefined);
  return typeof member === 'string' && member !== '' && !promptMember.test(member);
}
