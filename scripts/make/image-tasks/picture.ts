/** A drawing that `renderPng` turns into pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

/** Colors of the palette that `renderPng` reduces a picture to, so that areas stay flat. */
export const colors = {
  ink: '#333333',
  paper: '#ffffff',
  grid: '#cccccc',
  pen: '#003399',
  shade: '#ccccff',
  series: ['#3366cc', '#ff9933', '#339966', '#cc3333', '#663399', '#009999'],
} as const;

interface TextStyle {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly fill?: string;
  /** `pen` is an italic that stands for what a person wrote. */
  readonly font?: 'print' | 'till' | 'pen';
}

const families = { print: 'DejaVu Sans', till: 'DejaVu Sans Mono', pen: 'DejaVu Serif' } as const;

/** One line of text; `y` is its baseline. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 14, anchor = 'start', bold = false, font = 'print' } = style;
  const fill = style.fill ?? (font === 'pen' ? colors.pen : colors.ink);
  const slant = font === 'pen' ? ' font-style="italic"' : '';
  const stretch = font === 'till' ? '' : ' font-stretch="condensed"';
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y}" font-family="${families[font]}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"${slant}${stretch}${weight} xml:space="preserve">${escape(content)}</text>`;
}

interface ShapeStyle {
  readonly fill?: string;
  readonly stroke?: string;
  readonly width?: number;
  readonly dash?: string;
}

export function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  style: ShapeStyle = {},
): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${attributes(style)}/>`;
}

export function line(
  from: readonly [number, number],
  to: readonly [number, number],
  style: ShapeStyle = {},
): string {
  const [[x1, y1], [x2, y2]] = [from, to];
  const stroke = { stroke: colors.ink, ...style };
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${attributes(stroke)}/>`;
}

export function circle(x: number, y: number, radius: number, style: ShapeStyle = {}): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" ${attributes(style)}/>`;
}

export function path(data: string, style: ShapeStyle = {}): string {
  return `<path d="${data}" ${attributes(style)}/>`;
}

/** A cross in a box, as people mark forms. */
export function cross(x: number, y: number, size: number): string {
  const style = { stroke: colors.pen, width: 2 };
  return (
    line([x - size, y - size], [x + size, y + size], style) +
    line([x - size, y + size], [x + size, y - size], style)
  );
}

/** Puts parts on white paper. */
export function picture(width: number, height: number, parts: readonly string[]): Picture {
  const sheet = rectangle(0, 0, width, height, { fill: colors.paper });
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${sheet}${parts.join('')}</svg>`;
  return { width, height, svg };
}

function attributes({ fill = 'none', stroke, width = 1, dash }: ShapeStyle): string {
  const outline = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${width}"`;
  return `fill="${fill}"${outline}${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
