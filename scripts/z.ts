import { checkAudits } from './check/loop/check-audits.js';
import { deserialize } from 'node:v8';
import { readFileSync } from 'node:fs';
const worlds = deserialize(readFileSync('/tmp/worlds.bin'));
const audits = Number(process.argv[2] ?? 100);
const n = Number(process.argv[3] ?? 2000);
for (const w of worlds) for (const judge of ['none','fair','biased'] as const) console.log(JSON.stringify(checkAudits(w, {judge, audits, logged: 20000, audited: n, labeled: .05, seed: 3}), (_k,v)=>typeof v==='number'?+v.toFixed(3):v));
