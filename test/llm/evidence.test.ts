import { describe, expect, it } from 'vitest';
import { concludeBy, createEvidence } from '../../src/llm/evidence.js';
import type { Conclusion, StreamEvent } from '../../src/llm/types.js';

const text: StreamEvent = { kind: 'text', text: '42', choice: 0 };
const reasoning: StreamEvent = { kind: 'reasoning', text: 'Hmm', choice: 0 };

/** Concludes from the reasons of choice 0, what the events said, and whether the end was marked. */
function conclude(
  reasons: readonly (string | null)[],
  {
    events = [text],
    isMarked = true,
  }: { events?: readonly StreamEvent[]; isMarked?: boolean } = {},
): Conclusion {
  const evidence = createEvidence({ secrets: [] });
  for (const reason of reasons) evidence.noteChoice(0, reason);
  for (const event of events) evidence.note(event);
  if (isMarked) evidence.mark();
  return evidence.conclude();
}

describe('the evidence for a whole answer', () => {
  it('is a known reason, with or without the mark of the end', () => {
    const answered = {
      kind: 'answered',
      ending: 'complete',
      finishReason: 'stop',
      hasAnswer: true,
      hasOutput: true,
    };
    expect(conclude([null, 'stop'])).toEqual(answered);
    expect(conclude([null, 'stop', null, ''], { isMarked: false })).toEqual(answered);
  });

  it('is the mark of the end where a server sends no reason', () => {
    expect(conclude([null])).toMatchObject({ kind: 'answered', finishReason: null });
    expect(conclude(['', ''])).toMatchObject({ kind: 'answered', finishReason: null });
  });

  it.each([
    ['no choice', [], 'malformed'],
    ['an unknown reason', ['new'], 'server_error'],
    ['an empty reason after null', [null, ''], 'server_error'],
    ['an interruption before a stop', ['abort', 'stop'], 'server_error'],
    ['an interruption after a stop', ['stop', 'abort'], 'server_error'],
  ])('is not %s', (_, reasons, failureClass) => {
    expect(conclude(reasons)).toMatchObject({ kind: 'failed', failure: { class: failureClass } });
  });

  it.each([
    ['a stream that stops', [null], { isMarked: false }],
    ['a response of nothing', [], { isMarked: false }],
    ['an end without content', [null], { events: [] }],
  ])('is missing in %s', (_, reasons, rest) => {
    expect(conclude(reasons, rest)).toMatchObject({
      kind: 'failed',
      failure: { class: 'truncated' },
    });
  });

  it('says which reason ended an answer that is not whole', () => {
    const evidence = createEvidence({ secrets: ['planted-key-0123456789'] });
    evidence.noteChoice(0, 'limit of planted-key-0123456789');
    evidence.mark();
    expect(evidence.conclude()).toMatchObject({
      failure: { providerMessage: 'finish reason "limit of [redacted]"' },
    });
  });

  it.each<[string, readonly StreamEvent[], boolean]>([
    ['reasoning', [reasoning], true],
    ['reasoning that is not shown', [{ kind: 'working' }], true],
    ['nothing', [], false],
  ])('is no answer with %s', (_, events, hasOutput) => {
    expect(conclude(['stop'], { events })).toMatchObject({ hasAnswer: false, hasOutput });
  });

  it('is not a second choice only', () => {
    const evidence = createEvidence({ secrets: [] });
    evidence.noteChoice(1, 'stop');
    expect(evidence.conclude()).toMatchObject({ failure: { class: 'malformed' } });
  });

  it.each([
    ['each choice ends', 'stop', false, { kind: 'answered', finishReason: 'stop' }],
    ['the last piece of one says null', null, true, { failure: { class: 'truncated' } }],
    ['one never says a reason', null, false, { kind: 'answered', finishReason: 'stop' }],
  ])('of two choices, where %s', (_, reason, isGoingOn, conclusion) => {
    const evidence = createEvidence({ secrets: [] });
    evidence.note(text);
    evidence.noteChoice(1, null, true);
    evidence.noteChoice(0, 'stop');
    evidence.noteChoice(1, reason, isGoingOn);
    evidence.mark();
    expect(evidence.conclude()).toMatchObject(conclusion);
  });

  it('keeps the first failure, and none after the end', () => {
    const evidence = createEvidence({ secrets: [] });
    evidence.fail({ class: 'rate_limited', status: 429 });
    evidence.fail({ class: 'server_error', status: 500 });
    expect(evidence.isOver()).toBe(true);
    expect(evidence.conclude()).toMatchObject({ failure: { class: 'rate_limited' } });
    const ended = createEvidence({ secrets: [] });
    ended.noteChoice(0, 'stop');
    ended.mark();
    ended.fail({ class: 'server_error', status: 500 });
    expect(ended.conclude()).toMatchObject({ kind: 'answered' });
  });
});

describe('how an answer ended, by its finish reason alone', () => {
  it.each([
    ['stop', undefined, { kind: 'answered', ending: 'complete', finishReason: 'stop' }],
    ['MAX_TOKENS', 'complete', { kind: 'answered', ending: 'truncated' }],
    ['engine_overloaded', 'complete', { kind: 'failed', failure: { class: 'server_error' } }],
    [
      'MALFORMED_FUNCTION_CALL',
      'complete',
      { kind: 'failed', failure: { class: 'malformed', isModelFault: true } },
    ],
    ['', 'complete', { kind: 'failed', failure: { class: 'server_error' } }],
    [null, undefined, { kind: 'failed', failure: { class: 'truncated' } }],
    [null, 'complete', { kind: 'answered', ending: 'complete', finishReason: null }],
  ] as const)('%j, taken for %j without one', (reason, unsaid, conclusion) => {
    expect(concludeBy(reason, true, unsaid)).toMatchObject(conclusion);
  });
});
