import { isJsonObject, type JsonValue } from '../util/json.js';

const imageType = /^(?:input_)?image(?:_url)?$/;

/** Whether a part of this type is an image: `image_url` (OpenAI), `image` (Anthropic), `input_image`. */
export function isImageType(type: unknown): boolean {
  return typeof type === 'string' && imageType.test(type);
}

/** The texts in the content of a message or a delta. */
export interface ContentTexts {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
}

/**
 * Reads content: a text, a part, or a list of parts, among which reasoning may be (Mistral's
 * `thinking` parts, BerriAI/litellm 16272). Parts without text are ignored.
 */
export function readContentTexts(content: JsonValue | undefined): ContentTexts {
  if (typeof content === 'string') return { text: content, reasoning: '', refusal: '' };
  if (Array.isArray(content)) {
    const parts = (content as readonly JsonValue[]).map(readPart);
    const join = (kind: keyof ContentTexts): string => parts.map((part) => part[kind]).join('');
    return { text: join('text'), reasoning: join('reasoning'), refusal: join('refusal') };
  }
  return readPart(content);
}

const nothing: ContentTexts = { text: '', reasoning: '', refusal: '' };

function readPart(part: JsonValue | undefined): ContentTexts {
  if (typeof part === 'string') return { ...nothing, text: part };
  if (!isJsonObject(part)) return nothing;
  const type = typeof part['type'] === 'string' ? part['type'] : 'text';
  if (/think|reason/.test(type)) {
    return {
      ...nothing,
      reasoning: readText(part['thinking'] ?? part['reasoning'] ?? part['text']),
    };
  }
  if (type === 'refusal') return { ...nothing, refusal: readText(part['refusal']) };
  return { ...nothing, text: readText(part['text']) };
}

/** A text, or the texts of a list of parts; empty for everything else. */
export function readText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return isJsonObject(value) ? readText(value['text']) : '';
  return (value as readonly JsonValue[]).map((part) => readText(part)).join('');
}
