/**
 * Scripts that put no space between words, as the inside of a character class: Thai and Lao, Burmese,
 * Khmer, kana, ideographs. The near-duplicate groups of task sets, and so their folds, rest on it.
 */
export const unspacedScripts =
  '\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff';
