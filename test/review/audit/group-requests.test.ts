import { describe, expect, it } from 'vitest';
import { groupRequests } from '../../../src/review/audit/group-requests.js';

const request = (conversation: string | null, example: string) => ({ conversation, example });

describe('the groups of audited requests', () => {
  it('are conversations', () => {
    const drawn = [request('a', '1'), request('b', '2'), request('a', '3')];
    expect(groupRequests(drawn)).toEqual([0, 1, 0]);
  });

  it('are requests with the same prompt, also of different conversations', () => {
    const drawn = [request('a', '1'), request('b', '1'), request(null, '1'), request(null, '2')];
    expect(groupRequests(drawn)).toEqual([0, 0, 0, 1]);
  });

  it('are all that conversations and prompts link, in any order', () => {
    const drawn = [request('a', '1'), request('b', '2'), request('c', '3'), request('b', '1')];
    expect(groupRequests(drawn)).toEqual([0, 0, 1, 0]);
    expect(groupRequests([...drawn, request('c', '2')])).toEqual([0, 0, 0, 0, 0]);
  });

  it('do not take a conversation for a prompt of the same name', () => {
    expect(groupRequests([request('1', '2'), request('3', '1')])).toEqual([0, 1]);
  });
});
