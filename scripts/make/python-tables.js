// Tables for the Python file: what each UTF-16 code unit counts as, and lower case, as this engine
// knows them, so that Python's own version of Unicode does not matter.
import { classifyShape } from '../../dist/policy/features/character-shape.js';

/**
 * The module `character_tables.py`.
 *
 * @returns {string} Python source
 */
export function writeCharacterTables() {
  const runs = findShapeRuns().map(([start, shape]) => `(${start}, ${shape})`);
  const cases = findCaseRuns().map((run) => `(${run.join(', ')})`);
  return [
    '"""What each code unit counts as, and lower case; generated."""',
    '# The version of Unicode that lower case follows.',
    `_UNICODE_VERSION = "${process.versions.unicode}.0"`,
    '# Where a run of code units of one shape starts, and the shape.',
    `_SHAPE_RUNS = (\n${wrap(runs)}\n)`,
    '# Runs of capital letters: the first, their number, the step between them, and what to add.',
    `_LOWER_CASE = (\n${wrap(cases)}\n)`,
  ].join('\n');
}

/** @returns {[number, number][]} */
function findShapeRuns() {
  /** @type {[number, number][]} */
  const runs = [];
  for (let unit = 0; unit < 0x10000; unit++) {
    const shape = classifyShape(unit);
    if (runs.at(-1)?.[1] !== shape) runs.push([unit, shape]);
  }
  return runs;
}

/** @returns {[number, number, number, number][]} */
function findCaseRuns() {
  /** @type {[number, number, number, number][]} */
  const runs = [];
  for (let code = 0; code < 0x110000; code++) {
    const text = String.fromCodePoint(code);
    const lower = text.toLowerCase();
    if (lower === text || lower.length > text.length) continue;
    const delta = /** @type {number} */ (lower.codePointAt(0)) - code;
    const last = runs.at(-1);
    const step = last === undefined ? 0 : code - (last[0] + (last[1] - 1) * last[2]);
    if (last?.[3] === delta && step <= 2 && (last[1] === 1 || last[2] === step)) {
      last[1] += 1;
      last[2] = step;
    } else runs.push([code, 1, 1, delta]);
  }
  return runs;
}

/** @param {string[]} items */
function wrap(items) {
  const lines = [''];
  for (const item of items) {
    const line = `${lines.at(-1)}${item}, `;
    if (line.length > 96) lines.push(`${item}, `);
    else lines[lines.length - 1] = line;
  }
  return lines.map((line) => `    ${line.trimEnd()}`).join('\n');
}
