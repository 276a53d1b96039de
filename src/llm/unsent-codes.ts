/** Errors of Node and undici without a connection. */
const connectionCodes: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Certificates that were not accepted (nodejs.org, tls, "X509 certificate error codes"). */
const certificateCode =
  /^(?:CERT_|CRL_|ERROR_IN_(?:CERT|CRL)_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|ERR_TLS_HANDSHAKE_|(?:HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$)/;

/** Whether the code of a network error says that nothing was sent, so that nothing can be charged. */
export function isUnsentCode(code: string): boolean {
  return connectionCodes.has(code) || certificateCode.test(code);
}
