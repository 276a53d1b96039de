import { describe, expect, it } from 'vitest';
import { mayBeBilled } from '../../../src/serve/router/may-be-billed.js';

const network = (detail: string) => ({ class: 'network', status: null, detail }) as const;

describe('an attempt that failed', () => {
  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'is not billed where nothing was sent: %s',
    (code) => {
      expect(mayBeBilled({ failure: network(code), isCommitted: false })).toBe(false);
    },
  );

  it('may be billed where its connection broke off, or its answer had begun', () => {
    expect(mayBeBilled({ failure: network('ECONNRESET'), isCommitted: false })).toBe(true);
    const limited = { class: 'rate_limited', status: 429 } as const;
    expect(mayBeBilled({ failure: limited, isCommitted: false })).toBe(false);
    expect(mayBeBilled({ failure: limited, isCommitted: true })).toBe(true);
  });
});
