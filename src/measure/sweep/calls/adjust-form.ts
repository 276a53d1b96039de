import type { Failure } from '../../../llm/failure.js';
import {
  resolveRequestForm,
  type RequestForm,
  type ResolvedRequestForm,
} from '../../../llm/request-form.js';
import type { PoolModel } from '../../models/model.js';

/** A request form that a server may accept after it rejected a member, and how to configure it. */
export interface Adjustment {
  /** Undefined if omitting the member would change the answers. */
  readonly form: ResolvedRequestForm | undefined;
  /** What to write in the pool file. */
  readonly advice: string;
}

type FormOwner = Pick<PoolModel, 'baseUrl' | 'model' | 'request'>;

/**
 * Finds the adjustment after a server rejected a member of the request. The name of the token limit
 * and `stream_options` do not affect answers, so the call is repeated in another form. Members that
 * affect answers are left for the user to remove.
 */
export function findAdjustment(
  { refusedMember }: Pick<Failure, 'refusedMember'>,
  form: ResolvedRequestForm,
  model: FormOwner,
): Adjustment | undefined {
  const { omit = [] } = form;
  const advise = (change: RequestForm): string =>
    formatRequestForm({ ...findPoolForm(model, form), ...change });
  switch (refusedMember) {
    case 'max_tokens':
    case 'max_completion_tokens': {
      const tokenLimit = refusedMember === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
      const isTried = form.tokenLimit === tokenLimit;
      return {
        form: isTried ? undefined : { ...form, tokenLimit },
        advice: advise({ tokenLimit }),
      };
    }
    case 'stream_options': {
      const isTried = omit.includes(refusedMember);
      const change = { omit: isTried ? omit : [...omit, refusedMember] };
      return { form: isTried ? undefined : { ...form, ...change }, advice: advise(change) };
    }
    case 'temperature':
    case 'seed':
      return {
        form: undefined,
        advice: advise({ omit: [...new Set([...omit, refusedMember])] }),
      };
    case 'reasoning_effort':
      return { form: undefined, advice: 'remove reasoningEffort from parameters' };
    default:
      return undefined;
  }
}

/** What the pool has to say of a model's requests so that they have this form from the start. */
export function findPoolForm(
  { baseUrl, model, request = {} }: FormOwner,
  { tokenLimit, omit = [] }: RequestForm,
): RequestForm {
  const usual = resolveRequestForm(baseUrl, model, request);
  return {
    ...request,
    ...(tokenLimit !== undefined && tokenLimit !== usual.tokenLimit && { tokenLimit }),
    ...(omit.length > (usual.omit?.length ?? 0) && { omit }),
  };
}

/** A form as a line of the pool file. */
export function formatRequestForm({ tokenLimit, omit, betas }: RequestForm): string {
  const members = [
    ...(tokenLimit === undefined ? [] : [`tokenLimit: ${tokenLimit}`]),
    ...(omit === undefined ? [] : [`omit: [${omit.join(', ')}]`]),
    ...(betas === undefined ? [] : [`betas: ${betas}`]),
  ];
  return `request: { ${members.join(', ')} }`;
}
