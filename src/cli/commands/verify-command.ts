import type { PolicyCheck, PolicyVerification } from '../../learn/verify-policy-file.js';
import { RoutesmithError } from '../../util/errors.js';
import { openWithAdded } from '../options/added-runs.js';
import { defineCommand } from '../options/define-command.js';
import { policyPositional } from '../options/run-options.js';
import { printPolicyReports } from '../print/print-decision.js';
import { formatTable, print, printJson, textColumn } from '../print/print.js';

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
      describe: 'Policy in use: one with a lower serial number fails the check (needs --key)',
    },
    run: {
      type: 'string',
      describe: 'Run that it must have been trained on: run folder, or file of outcomes',
    },
    add: {
      type: 'string',
      describe:
        'Runs that "train --add" added, in the same order, separated by commas (needs --run)',
    },
  },
  examples: [
    ['verify policies/practice-everyday.policy.json', 'checks the file for damage'],
    ['verify runs/demo/demo.policy.json --run runs/demo', 'after "routesmith demo"'],
    [
      'verify next.policy.json --run runs/demo --add runs/week-48',
      'of a policy that "train --add" trained',
    ],
  ],
  async run(args) {
    const { run, add } = args;
    if (add !== undefined && run === undefined) {
      throw new RoutesmithError('usage', '--add names runs that were added to one', {
        fix: 'Name that one with --run.',
      });
    }
    const { verifyPolicyFile } = await import('../../learn/verify-policy-file.js');
    const verification = await verifyPolicyFile(args.policy, {
      ...(args.key !== undefined && { publicKeys: args.key }),
      ...(args['in-use'] !== undefined && { inUse: args['in-use'] }),
      ...(run !== undefined && { run: await openWithAdded({ run, add }) }),
    });
    if (args.json) printJson(verification);
    else printVerification(verification);
    const failed = verification.checks
      .filter(({ result }) => result === 'failed')
      .map(({ check }) => check);
    if (failed.length === 0) return;
    throw new RoutesmithError('gate_failed', `failed checks: ${failed.join(', ')}`, {
      where: args.policy,
      fix: `${explainFailures(failed)}Do not use this policy until the cause is known.`,
    });
  },
});

/** What a policy whose file is whole may have been trained on instead. */
function explainFailures(failed: readonly PolicyCheck['check'][]): string {
  if (failed.includes('outcomes')) {
    return (
      'It may have been trained on a part of these outcomes, on these and more ("train --add": name the runs ' +
      'with --add), or on others. '
    );
  }
  return failed.includes('prices') ? 'The prices may have changed since it was trained. ' : '';
}

function printVerification({ checks, reports }: PolicyVerification): void {
  print(
    formatTable(
      [textColumn('check'), textColumn('result'), textColumn('')],
      checks.map(({ check, result, detail }) => [check, result.replace('_', ' '), detail]),
    ),
  );
  printPolicyReports({ reports });
}
