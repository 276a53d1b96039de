/** How much of one response is read. What is longer is a failure of its attempt. */
export const responseLimits = {
  /** Of a whole answer. */
  maxBodyBytes: 4 * 1024 * 1024,
  /** Of one event, and of the text and tool arguments of a stream. */
  maxAnswerCharacters: 4 * 1024 * 1024,
  /** Of the body of an error; the rest is not read. */
  maxErrorBytes: 64 * 1024,
  /** Of a stream, with everything around its content. */
  maxStreamCharacters: 32 * 1024 * 1024,
  maxStreamEvents: 1_000_000,
  maxEventsBeforeContent: 5_000,
} as const;

/** How long to wait for the end of a response after its answer, to reuse the connection. */
export const responseGraceMs = 100;
