/** Answers of which one or the other is expected, however few rows show it. */
export const verdictPairs = [
  ['yes', 'no'],
  ['true', 'false'],
  ['correct', 'incorrect'],
  ['right', 'wrong'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['sí', 'no'],
  ['si', 'no'],
  ['sì', 'no'],
  ['sim', 'não'],
  ['да', 'нет'],
  ['是', '否'],
  ['はい', 'いいえ'],
] as const;
