import { auditOptions, auditPositionals } from '../options/audit-options.js';
import { defineCommand } from '../options/define-command.js';

export const auditCommand = defineCommand({
  usage: 'audit <log>',
  summary: 'Ask other models a sample of logged requests, and say whether routing was right',
  positionals: auditPositionals,
  options: auditOptions,
  examples: [
    [
      'audit logs --pool models.yaml --budget 5 --judge judge.yaml',
      'a log at level "prompts"; asks every model of the pool',
    ],
    [
      'audit logs --pool models.yaml --budget 5 --judge judge.yaml --human logs-audit/to-label.jsonl',
      'the same audit, its judge corrected by people',
    ],
    [
      'audit logs --pool models.yaml --prompts store.jsonl --out runs/week-48',
      'prompts and references from your own store, by id',
    ],
  ],
  async run(args) {
    const { runAudit } = await import('./run-audit.js');
    await runAudit(args);
  },
});
