/** A point, in pixels, that should get a label. */
export interface LabelRequest {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Of two labels that overlap, the one with the smaller number is kept. */
  readonly priority: number;
}

/** The position of a label, relative to its point. */
export interface PlacedLabel {
  readonly request: LabelRequest;
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const pointRadius = 6;
const gap = 9;

/** Positions around a point, best first. */
const places = [
  { dx: gap, dy: 0, anchor: 'start' },
  { dx: -gap, dy: 0, anchor: 'end' },
  { dx: 0, dy: -14, anchor: 'middle' },
  { dx: 0, dy: 14, anchor: 'middle' },
  { dx: gap, dy: -11, anchor: 'start' },
  { dx: -gap, dy: -11, anchor: 'end' },
  { dx: gap, dy: 11, anchor: 'start' },
  { dx: -gap, dy: 11, anchor: 'end' },
] as const;

/**
 * Places labels beside their points where they cover no point, no line and no other label. A label
 * that does not fit is left out; its point still has its hover text.
 *
 * @param lines points on lines that labels must not cover
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  area: { readonly width: number; readonly height: number; readonly fontSize: number },
  lines: readonly { readonly x: number; readonly y: number }[] = [],
): PlacedLabel[] {
  const taken: Box[] = [
    ...requests.map(({ x, y }) => boxAround(x, y, pointRadius)),
    ...lines.map(({ x, y }) => boxAround(x, y, 1)),
  ];
  const placed: PlacedLabel[] = [];
  const ordered = [...requests.entries()].sort(
    ([a, first], [b, second]) => first.priority - second.priority || a - b,
  );
  for (const [own, request] of ordered) {
    const place = places.find((candidate) => {
      const box = computeBox(request, candidate, area.fontSize);
      const isInside =
        box.left >= 0 && box.right <= area.width && box.top >= 0 && box.bottom <= area.height;
      return isInside && taken.every((other, index) => index === own || !overlap(box, other));
    });
    if (place === undefined) continue;
    taken.push(computeBox(request, place, area.fontSize));
    placed.push({ request, ...place });
  }
  return placed;
}

function computeBox(
  { text, x, y }: LabelRequest,
  { dx, dy, anchor }: (typeof places)[number],
  fontSize: number,
): Box {
  const width = estimateWidth(text) * fontSize;
  const start = x + dx - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
  return {
    left: start,
    right: start + width,
    top: y + dy - fontSize * 0.6,
    bottom: y + dy + fontSize * 0.6,
  };
}

/** Width of a text in units of its font size, slightly overestimated. */
function estimateWidth(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) > 0x2e7f ? 1.1 : 0.56;
  return width;
}

function boxAround(x: number, y: number, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
