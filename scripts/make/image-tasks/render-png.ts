import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { encode } from 'fast-png';
import type { Picture } from './picture.js';

/** The levels that each color channel is reduced to, a step of 51 apart. */
const levels = 6;
const step = 255 / (levels - 1);

/** All 216 colors of these levels, red slowest. */
const palette = Array.from({ length: levels ** 3 }, (_, index) => [
  step * Math.floor(index / levels ** 2),
  step * (Math.floor(index / levels) % levels),
  step * (index % levels),
]);

const { resolve } = createRequire(import.meta.url);
/** Fonts by their families; a picture loads those that it uses. */
const fontFiles = [
  ['DejaVu Sans', 'DejaVuSansCondensed'],
  ['DejaVu Sans', 'DejaVuSansCondensed-Bold'],
  ['DejaVu Sans Mono', 'DejaVuSansMono'],
  ['DejaVu Sans Mono', 'DejaVuSansMono-Bold'],
  ['DejaVu Serif', 'DejaVuSerifCondensed-Italic'],
] as const;

/** Turns pictures into PNG files: the same bytes on every machine, without fonts of the system. */
export async function createPngRenderer(): Promise<(picture: Picture) => Uint8Array> {
  await initWasmOnce();
  const fonts = fontFiles.map(([family, name]) => ({
    family,
    data: new Uint8Array(readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`))),
  }));
  return ({ svg, width, height }) => {
    const fontBuffers = fonts
      .filter(({ family }) => svg.includes(`"${family}"`))
      .map(({ data }) => data);
    const resvg = new Resvg(svg, { font: { fontBuffers, loadSystemFonts: false } });
    const image = resvg.render();
    const { pixels } = image;
    const data = new Uint8Array(width * height);
    for (let pixel = 0; pixel < data.length; pixel++) data[pixel] = findColor(pixels, 4 * pixel);
    image.free();
    resvg.free();
    return encode({ width, height, data, channels: 1, palette }, { zlib: { level: 9 } });
  };
}

/** The index of the palette's color that is closest to a pixel. */
function findColor(pixels: Uint8Array, at: number): number {
  const level = (offset: number): number => Math.round((pixels[at + offset] ?? 0) / step);
  return level(0) * levels ** 2 + level(1) * levels + level(2);
}

let started: Promise<void> | undefined;

/** The module may be started once in a process. */
function initWasmOnce(): Promise<void> {
  started ??= initWasm(readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return started;
}
