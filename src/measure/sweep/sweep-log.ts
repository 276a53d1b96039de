import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './calls/clock.js';
import type { SweepEvent } from './sweep-event.js';

/** A file of a sweep's events, one JSON object a line. */
export interface SweepLog {
  write(event: SweepEvent): void;
  /** Resolves when all is written; rejects where something could not be. */
  close(): Promise<void>;
}

/** Opens a log and adds to what is there. Events hold no secrets: they were taken out before. */
export async function openSweepLog(file: string, clock: Pick<Clock, 'date'>): Promise<SweepLog> {
  await mkdir(path.dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a' });
  await once(stream, 'open');
  let failure: Error | undefined;
  stream.on('error', (error) => (failure ??= error));
  return {
    write(event) {
      if (failure === undefined) {
        stream.write(`${JSON.stringify({ at: clock.date().toISOString(), ...event })}\n`);
      }
    },
    async close() {
      if (failure === undefined) {
        stream.end();
        await once(stream, 'close');
      }
      if (failure !== undefined) throw failure;
    },
  };
}
