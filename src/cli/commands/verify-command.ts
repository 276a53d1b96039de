import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from './define-command.js';
import { formatTable } from '../print/format-table.js';
import { print, printJson, printNotice } from '../print/print.js';

export const verifyCommand = defineCommand({
  usage: 'verify <policy>',
  summary: 'Check a policy: form, digest, probes, signature, and what it was learned from',
  positionals: {
    policy: { type: 'string', demandOption: true, describe: 'Policy file' },
  },
  options: {
    key: {
      type: 'string',
      array: true,
      describe: 'Public key of "routesmith keygen" that must have signed it, or one of several',
    },
    run: {
      type: 'string',
      describe: "The run it must be learned from: a folder or outcomes' file",
    },
  },
  examples: [
    ['verify policies/practice-everyday.policy.json', 'the file against itself'],
    ['verify runs/demo/demo.policy.json --run runs/demo', 'after "routesmith demo"'],
  ],
  async run(args) {
    const [{ verifyPolicyFile }, { describeReport }] = await Promise.all([
      import('../verify-policy-file.js'),
      import('../print/policy-warnings.js'),
    ]);
    const verification = await verifyPolicyFile(args.policy, {
      ...(args.key !== undefined && { publicKeys: args.key }),
      ...(args.run !== undefined && { run: args.run }),
    });
    const { checks, reports } = verification;
    if (args.json) printJson(verification);
    else {
      const rows = checks.map(({ check, result, detail }) => [
        check,
        result.replace('_', ' '),
        detail,
      ]);
      const columns = ['check', 'result', ''].map((title) => ({ title, align: 'left' as const }));
      print(formatTable(columns, rows));
      for (const report of reports) printNotice(describeReport(report));
    }
    const failed = checks.filter(({ result }) => result === 'failed').map(({ check }) => check);
    if (failed.length === 0) return;
    throw new RoutesmithError('gate_failed', `not as it should be: ${failed.join(', ')}`, {
      where: args.policy,
      fix: 'Do not use the policy before you know why.',
    });
  },
});
