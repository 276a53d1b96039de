import { describe, expect, it } from 'vitest';
import { promptMessages, type Prompt } from '../../../src/llm/chat.js';
import { computePromptGroups } from '../../../src/learn/train/label-prompts.js';
import { importLog, type ImportLogOptions } from '../../../src/review/outcomes/import-log.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { loadMixture } from '../../support/decision-log.js';
import { createManualClock } from '../../support/router.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const policy = await loadMixture();

interface Logged {
  readonly id: string;
  readonly request: unknown;
  readonly conversation?: string;
  readonly task?: string;
}

/** Imports a log of these requests, each of which a person rates. */
async function importRequests(
  name: string,
  requests: readonly Logged[],
  options?: ImportLogOptions,
) {
  const directory = folder.file(name);
  const clock = createManualClock();
  const log = await createDecisionLog({ directory, level: 'prompts', clock });
  for (const { id, request, conversation, task } of requests) {
    clock.advance(1000);
    const entry = log.open(policy, { id, ...(conversation !== undefined && { conversation }) });
    entry.decide(request as Prompt, task === undefined ? {} : { task });
    entry.served({ model: 'small' });
    await log.feedback({ id, quality: 1, source: 'human', at: clock.date().toISOString() });
  }
  await log.close();
  return (await importLog(directory, options)).table.prompts;
}

describe('an import of which no request can be used', () => {
  const legacy = {
    messages: [
      { role: 'user', content: 'What is the weather?' },
      { role: 'function', name: 'weather', content: 'rain' },
    ],
  };

  it('lists the requests that cannot be read', async () => {
    const requests = ['a', 'b'].map((id) => ({ id, request: legacy }));
    await expect(importRequests('unreadable', requests)).rejects.toThrow(
      /2 of 2 rows cannot be used.*\n.*a: .*\n.*b: /,
    );
  });

  it('says how many are on the exclusion list', async () => {
    const text = 'List three fruits.';
    const request = { messages: [{ role: 'user', content: text }] };
    const exclusions = new Set([text]);
    const all = ['a', 'b'].map((id) => ({ id, request }));
    await expect(importRequests('excluded', all, { exclusions })).rejects.toThrow(
      'of 2 answered requests with text and feedback, 2 are on the exclusion list',
    );
    const some = [...all, { id: 'c', request: legacy }];
    await expect(importRequests('both', some, { exclusions, maxBadShare: 0.5 })).rejects.toThrow(
      /2 are on the exclusion list; 1 cannot be read, the first because of c: /,
    );
  });
});

describe('the prompts of an imported log', () => {
  const steps = ['Plan a trip to Oslo.', 'Sum these invoices.', 'Which bugs are still open?'];

  it('are of one group where their requests have one id, and name no conversation', async () => {
    const prompts = await importRequests(
      'agent',
      [...steps, 'Name a river.'].map((request, step) => ({
        id: step < 3 ? 'agent' : 'other',
        request,
      })),
    );
    const [first, second, third, other] = computePromptGroups(prompts);
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  it('are of the group of their conversation where they name one', async () => {
    const prompts = await importRequests(
      'chats',
      steps.map((request, step) => ({ id: 'agent', request, conversation: `chat-${step % 2}` })),
    );
    const [first, second, third] = computePromptGroups(prompts);
    expect(third).toBe(first);
    expect(second).not.toBe(first);
  });

  it('have the task that their caller named, also where the policy did not know it', async () => {
    const [known] = policy.policy.tasks;
    const prompts = await importRequests('tasks', [
      { id: 'a', request: 'Review clause 1.', task: 'contracts' },
      { id: 'b', request: 'Review clause 2.', task: known as string },
    ]);
    expect(prompts.map(({ task }) => task)).toEqual(['contracts', known]);
  });

  it('begin with the system prompt that stands beside the messages', async () => {
    const messages = [{ role: 'user', content: 'List three fruits.' }];
    const blocks = [{ type: 'text', text: 'Answer in French.' }];
    const prompts = await importRequests('systems', [
      { id: 'a', request: { system: 'Answer in German.', messages } },
      { id: 'b', request: { system: blocks, messages } },
      { id: 'c', request: { messages } },
    ]);
    expect(prompts.map(({ prompt }) => promptMessages(prompt))).toEqual([
      [{ role: 'system', content: 'Answer in German.' }, ...messages],
      [{ role: 'system', content: 'Answer in French.' }, ...messages],
      messages,
    ]);
  });
});
