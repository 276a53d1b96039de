import type { PolicyVerification } from '../../learn/verify-policy-file.js';
import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from '../options/define-command.js';
import { openRun, policyPositional } from '../options/run-options.js';
import { describePolicyReport } from '../print/print-decision.js';
import {
  escapeControls,
  formatTable,
  print,
  printJson,
  printNotice,
  textColumn,
} from '../print/print.js';

export const verifyCommand = defineCommand({
  usage: 'verify <policy>',
  summary: 'Check a policy file: form, digest, probes, signature, and the run it was trained on',
  positionals: { policy: policyPositional },
  options: {
    key: {
      type: 'string',
      array: true,
      describe: 'Public key from "routesmith keygen" that must have signed it, or several',
    },
    'in-use': {
      type: 'string',
      describe: 'Policy in use: one with a lesser serial number fails the check (needs --key)',
    },
    run: {
      type: 'string',
      describe: 'Run that it must have been trained on: run folder, or file of outcomes',
    },
  },
  examples: [
    ['verify policies/practice-everyday.policy.json', 'checks the file for damage'],
    ['verify runs/demo/demo.policy.json --run runs/demo', 'after "routesmith demo"'],
  ],
  async run(args) {
    const { verifyPolicyFile } = await import('../../learn/verify-policy-file.js');
    const verification = await verifyPolicyFile(args.policy, {
      ...(args.key !== undefined && { publicKeys: args.key }),
      ...(args['in-use'] !== undefined && { inUse: args['in-use'] }),
      ...(args.run !== undefined && { run: await openRun(args.run) }),
    });
    if (args.json) printJson(verification);
    else printVerification(verification);
    const failed = verification.checks
      .filter(({ result }) => result === 'failed')
      .map(({ check }) => check);
    if (failed.length === 0) return;
    throw new RoutesmithError('gate_failed', `failed checks: ${failed.join(', ')}`, {
      where: args.policy,
      fix: 'Do not use this policy until the cause is known.',
    });
  },
});

function printVerification({ checks, reports }: PolicyVerification): void {
  print(
    formatTable(
      [textColumn('check'), textColumn('result'), textColumn('')],
      checks.map(({ check, result, detail }) => [check, result.replace('_', ' '), detail]),
    ),
  );
  for (const report of reports) printNotice(escapeControls(describePolicyReport(report)));
}
