import { strangersJson } from '../util/parse-json.js';
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
    default:
      return false;
  }
}

/** Whether an event shows that the model is at work: a keep-alive, a role or a count does not. */
export function isProgress(event: StreamEvent): boolean {
  return event.kind === 'finish' || event.kind === 'working' || isContent(event);
}

/** How much of one stream is read. */
export const streamLimits = {
  /** As for whole answers. */
  maxCharacters: strangersJson.maxCharacters,
  maxEvents: 1_000_000,
  maxCharactersBeforeContent: 8 * 1024 * 1024,
  maxEventsBeforeContent: 20_000,
} as const;

/** Measures one stream. */
export interface StreamMeter {
  /** @returns what exceeds a limit, as a phrase, or undefined */
  add(characters: number, events: number): string | undefined;
  noteContent(): void;
}

/** Creates the meter of one stream. Keep-alives count, because they cost as much to read. */
export function createStreamMeter(): StreamMeter {
  let characters = 0;
  let events = 0;
  let hasContent = false;
  return {
    add(addedCharacters, addedEvents) {
      characters += addedCharacters;
      events += addedEvents;
      const { maxCharacters, maxEvents, maxCharactersBeforeContent, maxEventsBeforeContent } =
        streamLimits;
      if (characters > maxCharacters) return `is longer than ${maxCharacters} characters`;
      if (events > maxEvents) return `has more than ${maxEvents} events`;
      if (hasContent) return undefined;
      if (characters > maxCharactersBeforeContent) {
        return `has no content in its first ${maxCharactersBeforeContent} characters`;
      }
      return events > maxEventsBeforeContent
        ? `has no content in its first ${maxEventsBeforeContent} events`
        : undefined;
    },
    noteContent() {
      hasContent = true;
    },
  };
}
