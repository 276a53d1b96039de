import type { Random } from '../../util/random.js';
import { sha256 } from '../../util/sha256.js';
import { formatLine } from './format-line.js';
import type { DroppedRecord } from './record.js';
import type { QueuedLine } from './segment-writer.js';

/** Decides which requests are recorded, and counts the others. */
export interface RecordDraw {
  /**
   * @param fill how full the queue is
   * @param id what the caller named the request; undefined if it has no name of its caller
   * @returns the probability with which such a request is recorded; 0 if this one is not
   */
  draw(fill: number, id?: string): number;
  /** What was left out since this was last asked, as a line; undefined if nothing was. */
  takeNote(now: Date): QueuedLine | undefined;
  counts(): { readonly sampledOut: number; readonly overflow: number };
}

/** The queue may be so full before fewer requests are recorded. */
const easyFill = 0.5;

/** A smaller probability would give single records weights that ruin any mean. */
const minKeep = 0.02;

/**
 * Requests of one id, such as the steps of an agent, are recorded all or none, as long as they are with
 * the same probability: what somebody reports of an id would else be taken for a report on those that
 * were recorded.
 *
 * @param keep share of the requests that is recorded while the queue is short
 * @param salt of the hashes of ids; the same in all writers that may get requests of one id
 */
export function createRecordDraw(keep: number, random: Random, salt = ''): RecordDraw {
  let [sampledOut, overflow] = [0, 0];
  let noted = { sampledOut, overflow };
  return {
    draw(fill, id) {
      if (fill >= 1) {
        overflow += 1;
        return 0;
      }
      const pressure = fill <= easyFill ? 1 : (1 - fill) / (1 - easyFill);
      const probability = keep * Math.max(minKeep, pressure);
      if (probability === 1) return 1;
      const drawn = id === undefined ? random() : placeId(id, salt);
      if (drawn < probability) return probability;
      sampledOut += 1;
      return 0;
    },
    takeNote(now) {
      const line: DroppedRecord = {
        kind: 'dropped',
        at: now.toISOString(),
        sampled: sampledOut - noted.sampledOut,
        overflow: overflow - noted.overflow,
      };
      if (line.sampled + line.overflow === 0) return undefined;
      noted = { sampledOut, overflow };
      const text = formatLine(line);
      return { size: text.length, format: () => text, policy: undefined, number: undefined };
    },
    counts: () => ({ sampledOut, overflow }),
  };
}

/** A number in [0, 1) for an id, unlike that by which exploration may be seeded with it. */
function placeId(id: string, salt: string): number {
  return Number.parseInt(sha256(`record ${salt} ${id}`).slice(0, 13), 16) / 16 ** 13;
}
