import { describe, expect, it } from 'vitest';
import { checkReachable } from '../../../../src/measure/sweep/calls/check-reachable.js';
import { findClosedBaseUrl, startScriptedServer } from '../../../support/scripted-server.js';

describe('checkReachable', () => {
  it('finds nothing wrong where somebody listens, and sends no request', async () => {
    const server = await startScriptedServer(() => {});
    expect(await checkReachable(server.baseUrl)).toBeUndefined();
    expect(server.requests).toHaveLength(0);
    await server.close();
  });

  it('says so where nobody listens', async () => {
    const baseUrl = await findClosedBaseUrl();
    expect(await checkReachable(baseUrl)).toBe(
      `no server is listening on ${new URL(baseUrl).origin}`,
    );
  });
});
