import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from './define-command.js';
import { print, printJson } from '../print/print.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';

/** Beside the built program; see `scripts/make/build-standalone.js`. */
const bundles = new URL('../../standalone/', import.meta.url);

export const exportCommand = defineCommand({
  usage: 'export <policy>',
  summary: 'Check a policy and put it into a folder for production, with the runtime in one file',
  positionals: {
    policy: { type: 'string', demandOption: true, describe: 'Policy file' },
  },
  options: {
    out: { type: 'string', demandOption: true, describe: 'Folder' },
    standalone: {
      type: 'boolean',
      default: false,
      describe: 'Also write router.mjs, so that nothing has to be installed, and router.min.mjs',
    },
  },
  examples: [
    [
      'export policies/practice-everyday.policy.json --standalone --out vendor/routesmith',
      'two files to import',
    ],
  ],
  async run(args) {
    const { digest } = await readPolicyFile(args.policy);
    const files = new Map([[basename(args.policy), await readFile(args.policy, 'utf8')]]);
    if (args.standalone) {
      for (const name of ['router.mjs', 'router.min.mjs']) files.set(name, await readBundle(name));
    }
    const written: string[] = [];
    for (const [name, text] of files) {
      const file = join(args.out, name);
      await prepareOutputFile(file);
      await writeOutputFile(file, text);
      written.push(file);
    }
    if (args.json) {
      printJson({ digest, files: written });
      return;
    }
    for (const file of written) print(file);
    if (!args.standalone) return;
    print(`
  import { readFile } from 'node:fs/promises';
  import { loadPolicy } from './router.mjs';
  const policy = await loadPolicy(await readFile('${basename(args.policy).replaceAll("'", "\\'")}'));
  policy.decide('What is 17 percent of 240?').model;`);
  },
});

async function readBundle(name: string): Promise<string> {
  try {
    return await readFile(new URL(name, bundles), 'utf8');
  } catch (cause) {
    throw new RoutesmithError('usage', `${name} was not built`, {
      fix: 'In a clone, run "npm run build" first.',
      cause,
    });
  }
}
