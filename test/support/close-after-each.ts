import { afterEach } from 'vitest';

/**
 * The same function, whose results are closed after each test of the file.
 *
 *     const start = closeAfterEach(startRouter);
 */
export function closeAfterEach<Given extends unknown[], Started extends { close(): unknown }>(
  start: (...given: Given) => Promise<Started>,
): (...given: Given) => Promise<Started> {
  const open: Started[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((started) => started.close()));
  });
  return async (...given) => {
    const started = await start(...given);
    open.push(started);
    return started;
  };
}
