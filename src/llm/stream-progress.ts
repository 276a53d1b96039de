import { responseLimits } from './response-limits.js';
import type { StreamEvent } from './types.js';

/** Whether an event is a part of the answer or of the reasoning before it. */
export function isContent(event: StreamEvent): boolean {
  switch (event.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return event.text !== '';
    case 'tool_call':
      return event.id !== '' || event.name !== '' || event.argumentText !== '';
    case 'media':
      return true;
    default:
      return false;
  }
}

/** Whether an event shows that the model is at work: a keep-alive, a role or a count does not. */
export function isProgress(event: StreamEvent): boolean {
  return event.kind === 'finish' || event.kind === 'working' || isContent(event);
}

/** Measures one stream. */
export interface StreamMeter {
  /** @returns what exceeds a limit, as a phrase, or undefined */
  add(characters: number, events: number): string | undefined;
  /** Notes what an event says. @returns as `add` */
  note(event: StreamEvent): string | undefined;
}

/**
 * Creates the meter of one stream. Keep-alives count, because they cost as much to read.
 *
 * @param maxAnswerCharacters of its text and tool arguments
 */
export function createStreamMeter(
  maxAnswerCharacters: number = responseLimits.maxAnswerCharacters,
): StreamMeter {
  let characters = 0;
  let events = 0;
  let answerCharacters = 0;
  let hasContent = false;
  const maxCharacters = Math.max(responseLimits.maxStreamCharacters, maxAnswerCharacters);
  const { maxStreamEvents, maxEventsBeforeContent } = responseLimits;
  // The first content may be an event as long as may be.
  const maxCharactersBeforeContent = maxAnswerCharacters + 1024 * 1024;
  return {
    add(addedCharacters, addedEvents) {
      characters += addedCharacters;
      events += addedEvents;
      if (characters > maxCharacters) return `is longer than ${maxCharacters} characters`;
      if (events > maxStreamEvents) return `has more than ${maxStreamEvents} events`;
      if (hasContent) return undefined;
      if (characters > maxCharactersBeforeContent) {
        return `has no content in its first ${maxCharactersBeforeContent} characters`;
      }
      return events > maxEventsBeforeContent
        ? `has no content in its first ${maxEventsBeforeContent} events`
        : undefined;
    },
    note(event) {
      if (!isContent(event)) return undefined;
      hasContent = true;
      if (event.kind === 'tool_call') answerCharacters += event.argumentText.length;
      else if (event.kind === 'text') answerCharacters += event.text.length;
      return answerCharacters > maxAnswerCharacters
        ? `has an answer of more than ${maxAnswerCharacters} characters`
        : undefined;
    },
  };
}

/** The text that events add to the answer. Only the first choice counts. */
export function joinText(events: readonly StreamEvent[]): string {
  let text = '';
  for (const event of events) {
    if (event.kind === 'text' && event.choice === 0) text += event.text;
  }
  return text;
}
