import { createSigningKeys } from '../../policy/file/sign-policy.js';
import { defineCommand } from './define-command.js';
import { print, printJson, printNotice } from '../print/print.js';

export const keygenCommand = defineCommand({
  usage: 'keygen',
  summary: 'Make a pair of keys to sign policies with',
  positionals: {},
  options: {},
  examples: [['keygen', 'keep the private key as you keep other secrets']],
  async run(args) {
    const keys = await createSigningKeys();
    if (args.json) {
      printJson(keys);
      return;
    }
    print(`ROUTESMITH_SIGNING_KEY=${keys.privateKey}`);
    print(`ROUTESMITH_PUBLIC_KEY=${keys.publicKey}`);
    printNotice('No file holds the private key. Whoever has it can sign in your name.');
  },
});
