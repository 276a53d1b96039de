import { describe, expect, it } from 'vitest';
import { findUnsendablePart } from '../../../../src/measure/sweep/calls/build-pool-request.js';

describe('members of a prompt', () => {
  const messages = [{ role: 'user', content: 'question' }] as const;

  it.each(['web_search_options', 'search_parameters', 'plugins'])(
    'are not sent where they buy a service that no budget can bound: %s',
    (name) => {
      const prompt = { messages, members: { [name]: {} } };
      expect(findUnsendablePart('openai', prompt)).toContain(`"${name}" buys a service`);
    },
  );

  it('are sent otherwise', () => {
    const members = { response_format: { type: 'json_object' }, plugins: null };
    expect(findUnsendablePart('openai', { messages, members })).toBeUndefined();
  });
});
