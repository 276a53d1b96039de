/** A key in the forms in which servers repeat it. */
export function listForms(key: string): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const hex = Buffer.from(key).toString('hex');
  return [
    key,
    `Bearer ${key}`,
    encodeURIComponent(key),
    base64(key),
    base64(key).replace(/=+$/, ''),
    Buffer.from(key).toString('base64url'),
    base64(`user:${key}`),
    base64(`Bearer ${key}`),
    hex,
    hex.toUpperCase(),
  ];
}
