import { describe, expect, it } from 'vitest';
import { isUnsentCode } from '../../src/llm/unsent-codes.js';

describe('the code of a network error', () => {
  it.each([
    'UND_ERR_CONNECT_TIMEOUT',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('says that nothing was sent: %s', (code) => {
    expect(isUnsentCode(code)).toBe(true);
  });

  it.each(['', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT'])(
    'leaves it open whether something was sent: "%s"',
    (code) => {
      expect(isUnsentCode(code)).toBe(false);
    },
  );
});
