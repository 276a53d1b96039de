import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readPolicyBytes } from '../../learn/read-policy-file.js';
import { RoutesmithError } from '../../util/errors.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';
import { defineCommand } from '../options/define-command.js';
import { overwriteOption, policyPositional } from '../options/run-options.js';
import { print, printJson } from '../print/print.js';

/** Written by `scripts/make`, next to the built program. */
const built = new URL('../../', import.meta.url);
const standaloneFiles = ['standalone/router.mjs', 'standalone/router.min.mjs'];
const liteLlmHook = 'python/routesmith_litellm.py';
const pythonFiles = ['python/routesmith_policy.py', 'python/pyproject.toml'];

export const exportCommand = defineCommand({
  usage: 'export <policy>',
  summary: 'Check a policy file and copy it to a folder, with a runtime in one file',
  positionals: { policy: policyPositional },
  options: {
    out: { type: 'string', demandOption: true, describe: 'Folder to write' },
    overwrite: { ...overwriteOption, describe: 'Replace existing files in the folder --out' },
    standalone: {
      type: 'boolean',
      default: false,
      describe: 'Also write router.mjs and router.min.mjs, which need no package to be installed',
    },
    litellm: {
      type: 'boolean',
      default: false,
      describe: 'Also write litellm.yaml, a hook of the LiteLLM proxy, and the files of --python',
    },
    python: {
      type: 'boolean',
      default: false,
      describe: 'Also write routesmith_policy.py, which needs Python 3.9 only, and pyproject.toml',
    },
  },
  examples: [
    [
      'export policies/practice-everyday.policy.json --standalone --out vendor/routesmith',
      'a policy and a runtime to import',
    ],
    [
      'export policies/practice-everyday.policy.json --python --out vendor/python',
      'the same for Python',
    ],
  ],
  async run(args) {
    const { loaded, bytes } = await readPolicyBytes(args.policy);
    const { digest, policy } = loaded;
    const fileName = basename(args.policy);
    const files = new Map<string, string | Uint8Array>([[fileName, bytes]]);
    const more = [
      ...(args.standalone ? standaloneFiles : []),
      ...(args.python || args.litellm ? pythonFiles : []),
    ];
    for (const path of more) files.set(basename(path), await readBuilt(path));
    if (args.litellm) {
      const { writeLiteLlmConfig } = await import('../export/litellm-config.js');
      const hook = await readBuilt(liteLlmHook);
      files.set('litellm.yaml', writeLiteLlmConfig(policy));
      // The hook reads the policy beside it.
      const named = hook.replace('"mine.policy.json"', () => JSON.stringify(fileName));
      files.set(basename(liteLlmHook), named);
    }
    for (const name of files.keys()) {
      // The policy's own copy is the policy.
      const inputs = name === fileName ? [] : [args.policy];
      await prepareOutputFile(join(args.out, name), { overwrite: args.overwrite, inputs });
    }
    const written: string[] = [];
    for (const [name, content] of files) {
      const file = join(args.out, name);
      await writeOutputFile(file, content);
      written.push(file);
    }
    if (args.json) {
      printJson({ digest, files: written });
      return;
    }
    for (const file of written) print(file);
    const name = JSON.stringify(fileName);
    if (args.standalone) print(explainStandalone(name));
    if (args.python) print(explainPython(name));
    if (args.litellm)
      print('\nNext: edit the models of litellm.yaml, then\n\n  litellm --config litellm.yaml');
  },
});

/** @param name of the policy file, in quotes */
function explainStandalone(name: string): string {
  return `\nNext: decide with the exported files\n
  import { readFile } from 'node:fs/promises';
  import { loadPolicy } from './router.mjs';
  const policy = await loadPolicy(await readFile(${name}));
  policy.decide('Your prompt here').model;`;
}

/** @param name of the policy file, in quotes */
function explainPython(name: string): string {
  return `\nNext: decide in Python\n
  from pathlib import Path
  from routesmith_policy import load_policy
  policy = load_policy(Path(${name}).read_bytes())
  policy.decide("Your prompt here")["model"]`;
}

async function readBuilt(path: string): Promise<string> {
  try {
    return await readFile(new URL(path, built), 'utf8');
  } catch (cause) {
    throw new RoutesmithError('usage', `${basename(path)} was not built`, {
      fix: 'In a clone, run "npm run build" first.',
      cause,
    });
  }
}
