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
    const outputs: { readonly file: string; readonly content: string | Uint8Array }[] = [];
    for (const [name, content] of files) {
      const file = join(args.out, name);
      // An export to the same folder, for another language, finds the policy there.
      if (await holds(file, content)) continue;
      // The policy's own copy is the policy.
      const inputs = name === fileName ? [] : [args.policy];
      await prepareOutputFile(file, { overwrite: args.overwrite, inputs });
      outputs.push({ file, content });
    }
    for (const { file, content } of outputs) await writeOutputFile(file, content);
    const exported = [...files.keys()].map((name) => join(args.out, name));
    if (args.json) {
      printJson({ digest, files: exported });
      return;
    }
    for (const file of exported) print(file);
    const name = JSON.stringify(fileName);
    if (args.standalone) print(explainStandalone(name));
    if (args.python) print(explainPython(name));
    if (args.litellm)
      print('\nNext: edit the models of litellm.yaml, then\n\n  litellm --config litellm.yaml');
  },
});

/** Whether there is such a file with just this content. */
async function holds(file: string, content: string | Uint8Array): Promise<boolean> {
  const found = await readFile(file).catch(() => undefined);
  return found !== undefined && found.equals(Buffer.from(content));
}

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
