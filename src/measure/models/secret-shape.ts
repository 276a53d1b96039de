const keyPrefix = /^(?:sk|pk|rk|gsk|xai|key|api|hf|ghp|AIza|Bearer)[-_ ]/i;
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** True for a text that can be the name of an environment variable. */
export function isVariableName(text: string): boolean {
  return variableName.test(text) && !looksLikeSecret(text);
}

/**
 * True for a text that is more likely a key than the name of the variable that holds one: a known
 * prefix in lower case, or long with letters and digits mixed. Names are words in capitals.
 */
export function looksLikeSecret(text: string): boolean {
  if (keyPrefix.test(text) && text !== text.toUpperCase()) return true;
  if (text.length < 24) return false;
  const digits = text.replace(/[^0-9]/g, '').length;
  return digits >= 8 || (digits >= 4 && /[a-z]/.test(text));
}
