import { readPolicyBytes } from '../../learn/read-policy-file.js';
import { decodePolicyBytes } from '../../policy/decide/load-policy.js';
import { readSerial } from '../../policy/file/policy-signature.js';
import { signDigest, writeSignature } from '../../policy/file/sign-policy.js';
import { RoutesmithError } from '../../util/errors.js';
import { prepareOutputFile, writeOutputFile } from '../../util/write-output-file.js';
import { defineCommand } from '../options/define-command.js';
import { overwriteOption, policyPositional } from '../options/run-options.js';
import { print, printJson } from '../print/print.js';

export const signCommand = defineCommand({
  usage: 'sign <policy>',
  summary: 'Sign a policy file with a private key',
  positionals: { policy: policyPositional },
  options: {
    'key-env': {
      type: 'string',
      variable: true,
      default: 'ROUTESMITH_SIGNING_KEY',
      describe: 'Environment variable that holds the private key from "routesmith keygen"',
    },
    serial: {
      type: 'number',
      describe:
        'Number that grows with each policy, so that an older one can be refused: by serve --key, or minSerial',
    },
    out: { type: 'string', describe: 'File to write [default: in place]' },
    overwrite: overwriteOption,
  },
  examples: [
    [
      'sign runs/demo/demo.policy.json',
      'with ROUTESMITH_SIGNING_KEY set to the key from "routesmith keygen"',
    ],
    [
      'sign runs/demo/demo.policy.json --serial 7',
      'a gateway with --key that runs with 7 does not reload 6',
    ],
  ],
  async run(args) {
    const name = args['key-env'];
    const key = process.env[name] ?? '';
    if (key.trim() === '') {
      throw new RoutesmithError('missing_key', `the environment variable ${name} is not set`, {
        fix: 'Set it to the private key that "routesmith keygen" prints.',
      });
    }
    const out = args.out ?? args.policy;
    const { loaded, bytes } = await readPolicyBytes(args.policy);
    const { digest } = loaded;
    const signature = await signDigest(digest, key, args.serial);
    await prepareOutputFile(out, {
      overwrite: args.overwrite || args.out === undefined,
      // Signing in place loses nothing.
      inputs: [],
    });
    await writeOutputFile(out, writeSignature(decodePolicyBytes(bytes), signature));
    if (args.json) printJson({ file: out, digest, signature, serial: readSerial(signature) });
    else print(`Signed ${digest}: ${out}`);
  },
});
