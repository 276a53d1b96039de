import { readFile } from 'node:fs/promises';
import { signDigest, writeSignature } from '../../policy/file/sign-policy.js';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from './define-command.js';
import { print, printJson } from '../print/print.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';

export const signCommand = defineCommand({
  usage: 'sign <policy>',
  summary: 'Sign a policy file with a private key',
  positionals: {
    policy: { type: 'string', demandOption: true, describe: 'Policy file' },
  },
  options: {
    'key-env': {
      type: 'string',
      default: 'ROUTESMITH_SIGNING_KEY',
      describe: 'Environment variable that holds the private key of "routesmith keygen"',
    },
    out: { type: 'string', describe: 'Where to write it [default: in place]' },
  },
  examples: [['sign mine.policy.json', 'with ROUTESMITH_SIGNING_KEY of "routesmith keygen"']],
  async run(args) {
    const name = args['key-env'];
    const key = process.env[name] ?? '';
    if (key.trim() === '') {
      throw new RoutesmithError('missing_key', `the environment variable ${name} is not set`, {
        fix: 'Set it to the private key that "routesmith keygen" prints.',
      });
    }
    const out = args.out ?? args.policy;
    const { digest } = await readPolicyFile(args.policy);
    const signature = await signDigest(digest, key);
    await prepareOutputFile(out);
    await writeOutputFile(out, writeSignature(await readFile(args.policy, 'utf8'), signature));
    if (args.json) printJson({ file: out, digest, signature });
    else print(`Signed ${digest}: ${out}`);
  },
});
