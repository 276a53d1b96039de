/**
 * The floor of `bench:sweep`: as many streamed calls as a sweep makes, from a plain loop over
 * undici. It parses nothing, and writes one line for each call.
 *
 *     sweep-floor URL CALLS CONCURRENCY FILE
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { request } from 'undici';
import { runWorkers } from '../../../src/util/run-workers.js';

const [url = '', calls = '0', concurrency = '1', file = ''] = process.argv.slice(2);
const lines = createWriteStream(file);
const cpuBefore = process.cpuUsage();
await runWorkers(
  Array.from({ length: Number(calls) }).keys(),
  Number(concurrency),
  async (call) => {
    const { body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        model: `model-${call % 10}`,
        messages: [{ role: 'user', content: `Question ${call}: what is 2 + 2?` }],
        stream: true,
        stream_options: { include_usage: true },
      }),
    });
    let bytes = 0;
    for await (const piece of body as AsyncIterable<Uint8Array>) bytes += piece.length;
    lines.write(`${JSON.stringify({ call, bytes })}\n`);
  },
);
lines.end();
await once(lines, 'close');
const { user, system } = process.cpuUsage(cpuBefore);
process.send?.({ cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 });
process.disconnect?.();
