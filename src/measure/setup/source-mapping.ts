/** The fields of an example that a column can hold. */
export const sourceFields = ['prompt', 'reference', 'task', 'id'] as const;

export type SourceField = (typeof sourceFields)[number];

/** The columns of a source by the fields that they hold. */
export type SourceMapping = Readonly<Partial<Record<SourceField, string>>>;
