import { describe, expect, it } from 'vitest';
import { findUnsendablePart } from '../../../../src/measure/sweep/calls/build-pool-request.js';
import { checkCallable } from '../../../../src/measure/sweep/preflight.js';
import { buildPoolModel } from '../../../support/pool-model.js';
import { buildExample } from '../../../support/task-set.js';

describe('members of a prompt', () => {
  const messages = [{ role: 'user', content: 'question' }] as const;

  it.each(['web_search_options', 'search_parameters', 'plugins'])(
    'are not sent where they buy a service that no budget can bound: %s',
    (name) => {
      const prompt = { messages, members: { [name]: {} } };
      expect(findUnsendablePart('openai', prompt)).toContain(`"${name}" buys a service`);
    },
  );

  it('end a sweep before its first call, whatever the protocol of its models', () => {
    const example = buildExample('a', {
      prompt: { messages, members: { plugins: [{ id: 'web' }] } },
    });
    expect(() => checkCallable([buildPoolModel()], [example], false)).toThrow(
      expect.objectContaining({ code: 'invalid_task_set', where: 'task a' }),
    );
  });

  it('are sent otherwise', () => {
    const members = { response_format: { type: 'json_object' }, plugins: [] };
    expect(findUnsendablePart('openai', { messages, members })).toBeUndefined();
  });
});
