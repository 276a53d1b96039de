const keyPrefix = /^(?:sk|pk|rk|gsk|xai|key|api|hf|ghp|AIza|Bearer)[-_ ]/i;
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** True for a text that can be the name of an environment variable. */
export function isVariableName(text: string): boolean {
  return variableName.test(text) && !looksLikeSecret(text);
}

/**
 * True for the name of a variable that can be shown: in upper case and of several words, as such names
 * usually are. Any other text may be a key that was pasted in place of the name.
 */
export function isShownVariableName(text: string): boolean {
  return isVariableName(text) && /^[A-Z][A-Z0-9]{0,19}(?:_[A-Z0-9]{1,19}){1,6}$/.test(text);
}

/** True for the name of a setting that can be shown: a short word of letters. */
export function isShownSettingName(text: string): boolean {
  return /^_{0,2}[A-Za-z]{1,20}(?:[_-][a-z]{1,20})?_{0,2}$/.test(text) && !looksLikeSecret(text);
}

/**
 * True for a text that is probably a key and not the name of a variable: it has a known prefix and
 * is not in upper case, or is long and mixes letters and digits.
 */
function looksLikeSecret(text: string): boolean {
  if (keyPrefix.test(text) && text !== text.toUpperCase()) return true;
  if (text.length < 24) return false;
  const digits = text.replace(/[^0-9]/g, '').length;
  return digits >= 8 || (digits >= 4 && /[a-z]/.test(text));
}
