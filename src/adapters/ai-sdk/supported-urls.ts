import { isJsonObject } from '../../util/json.js';
import type { AiMessage, AiModel, UrlPatterns } from './model.js';

/** A file of a prompt that is a URL: the AI SDK has left it for the model to read. */
export interface FileUrl {
  readonly url: string;
  readonly mediaType: string;
}

/**
 * What any of the models reads by itself. The AI SDK downloads all other files; a model that does not
 * read a URL of a prompt is not eligible for it.
 */
export function joinSupportedUrls(
  models: readonly AiModel[],
): UrlPatterns | PromiseLike<UrlPatterns> {
  const all = models.map(readSupportedUrls);
  const isKnown = (one: (typeof all)[number]): one is UrlPatterns => !(one instanceof Promise);
  return all.every(isKnown) ? joinPatterns(all) : Promise.all(all).then(joinPatterns);
}

/** What a model reads by itself: nothing if it cannot say, so that it is given no URLs. */
export function readSupportedUrls(model: AiModel): UrlPatterns | Promise<UrlPatterns> {
  try {
    const given = model.supportedUrls as AiModel['supportedUrls'] | undefined;
    if (given === undefined || !('then' in given)) return given ?? {};
    return Promise.resolve(given as PromiseLike<UrlPatterns>).catch(() => ({}));
  } catch {
    return {};
  }
}

function joinPatterns(all: readonly UrlPatterns[]): UrlPatterns {
  const joined: UrlPatterns = {};
  for (const [mediaType, patterns] of all.flatMap((one) => Object.entries(one))) {
    joined[mediaType] = [...(joined[mediaType] ?? []), ...patterns];
  }
  return joined;
}

/** The files of a prompt that are URLs, also those that tools have returned. */
export function listFileUrls(prompt: readonly AiMessage[]): readonly FileUrl[] {
  const found: FileUrl[] = [];
  const visit = (part: unknown): void => {
    if (!isJsonObject(part)) return;
    const { type, mediaType, data, url, output } = part as Readonly<Record<string, unknown>>;
    if (isJsonObject(output) && Array.isArray(output['value'])) {
      for (const one of output['value'] as readonly unknown[]) visit(one);
    }
    // What tools return has URLs of its own in version 3, of which the AI SDK takes images for `image/*`.
    if (type === 'image-url') found.push({ url: String(url), mediaType: 'image/*' });
    if (type === 'file-url') found.push({ url: String(url), mediaType: String(mediaType ?? '') });
    if (type !== 'file' && type !== 'reasoning-file') return;
    const file = findUrl(data);
    if (file !== undefined) found.push({ url: file, mediaType: String(mediaType) });
  };
  for (const { content } of prompt) if (typeof content !== 'string') content.forEach(visit);
  return found;
}

/** Version 3 has URLs as they are, version 4 inside an object that says so. */
function findUrl(data: unknown): string | undefined {
  if (data instanceof URL) return data.href;
  if (!isJsonObject(data)) return undefined;
  const { type, url } = data as { readonly type?: unknown; readonly url?: unknown };
  return type === 'url' ? String(url) : undefined;
}

/** Why a model cannot read one of the files, as a sentence, or undefined. */
export function findUnreadable(
  files: readonly FileUrl[],
  patterns: UrlPatterns,
): string | undefined {
  const unread = files.find((file) => !isSupported(file, patterns));
  return unread && `it does not read files of type ${unread.mediaType} from this URL`;
}

/** As the AI SDK decides whether to download a file (packages/provider-utils, is-url-supported.ts). */
function isSupported({ url, mediaType }: FileUrl, patterns: UrlPatterns): boolean {
  return Object.entries(patterns).some(([type, expressions]) => {
    const prefix = type === '*' || type === '*/*' ? '' : type.toLowerCase().replace('*', '');
    return (
      mediaType.toLowerCase().startsWith(prefix) &&
      expressions.some((expression) => {
        expression.lastIndex = 0;
        return expression.test(url.toLowerCase());
      })
    );
  });
}
