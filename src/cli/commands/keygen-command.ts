import { createSigningKeys } from '../../policy/file/sign-policy.js';
import { defineCommand } from '../options/define-command.js';
import { print, printJson, printNotice } from '../print/print.js';

export const keygenCommand = defineCommand({
  usage: 'keygen',
  summary: 'Generate a key pair for signing policies',
  positionals: {},
  options: {},
  examples: [['keygen', 'keep the private key secret']],
  async run(args) {
    const keys = await createSigningKeys();
    if (args.json) {
      printJson(keys);
      return;
    }
    print(`ROUTESMITH_SIGNING_KEY=${keys.privateKey}`);
    print(`ROUTESMITH_PUBLIC_KEY=${keys.publicKey}`);
    printNotice('The private key is not stored anywhere. Anyone who has it can sign policies.');
  },
});
