/** The names of tags around an answer, as the source of a regular expression without a group. */
export const answerTags = 'answer|final_answer|final|solution|result|choice';
