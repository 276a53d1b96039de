import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { RoutesmithError } from '../../util/errors.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';
import { defineCommand } from '../options/define-command.js';
import { overwriteOption, policyPositional } from '../options/run-options.js';
import { print, printJson } from '../print/print.js';

/** Written by `scripts/make/build-standalone.js`, next to the built program. */
const bundles = new URL('../../standalone/', import.meta.url);

export const exportCommand = defineCommand({
  usage: 'export <policy>',
  summary: 'Check a policy file and copy it to a folder, with the runtime in one file',
  positionals: { policy: policyPositional },
  options: {
    out: { type: 'string', demandOption: true, describe: 'Folder to write' },
    overwrite: overwriteOption,
    standalone: {
      type: 'boolean',
      default: false,
      describe: 'Also write router.mjs and router.min.mjs, which need no package to be installed',
    },
  },
  examples: [
    [
      'export policies/practice-everyday.policy.json --standalone --out vendor/routesmith',
      'a policy and a runtime to import',
    ],
  ],
  async run(args) {
    const { digest } = await readPolicyFile(args.policy);
    const files = new Map([[basename(args.policy), await readFile(args.policy, 'utf8')]]);
    if (args.standalone) {
      for (const name of ['router.mjs', 'router.min.mjs']) files.set(name, await readBundle(name));
    }
    for (const name of files.keys()) await prepareOutputFile(join(args.out, name), args);
    const written: string[] = [];
    for (const [name, text] of files) {
      const file = join(args.out, name);
      await writeOutputFile(file, text);
      written.push(file);
    }
    if (args.json) {
      printJson({ digest, files: written });
      return;
    }
    for (const file of written) print(file);
    if (!args.standalone) return;
    print(`\nNext: decide with the exported files\n
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
