import { RoutesmithError } from '../../util/errors.js';
import { defineCommand } from '../options/define-command.js';
import { checkLogArguments, logOptions } from '../options/log-options.js';
import { print, printJson } from '../print/print.js';
import { listenForHangUp } from '../serve/hang-up.js';

export const serveCommand = defineCommand({
  usage: 'serve',
  summary: 'Serve a policy to any OpenAI or Anthropic client, with the models of a pool',
  positionals: {},
  options: {
    policy: { type: 'string', demandOption: true, describe: 'Policy file' },
    pool: { type: 'string', demandOption: true, describe: 'Pool file (models.yaml)' },
    config: { type: 'string', describe: 'Keys, budgets and limits (gateway.yaml)' },
    host: { type: 'string', default: '127.0.0.1', describe: 'Address to listen on' },
    port: { type: 'number', default: 8080, whole: true, minimum: 0, maximum: 65535 },
    key: {
      type: 'string',
      array: true,
      describe:
        'Public key that must have signed the policy, or several; a reload never goes back to a lower serial',
    },
    'max-share': {
      type: 'string',
      array: true,
      describe:
        'Largest share of the latest 1,000 decisions for a model, such as large=0.4; requests that reach ' +
        'the model by failover do not count',
    },
    'watch-seconds': {
      type: 'number',
      default: 2,
      minimum: 0.1,
      maximum: 86_400,
      describe: 'How often the files are checked for changes',
    },
    ...logOptions,
    check: {
      type: 'boolean',
      default: false,
      describe: 'Check all files, those to write and the keys of the providers, and serve nothing',
    },
  },
  examples: [
    [
      'serve --policy runs/demo/demo.policy.json --pool runs/demo/models.yaml --check',
      'after "routesmith demo"',
    ],
    ['serve --policy mine.policy.json --pool models.yaml', 'serves until Ctrl-C'],
  ],
  async run(args) {
    checkLogArguments(args);
    // First, because most of a start is spent loading the modules.
    const hangUp = listenForHangUp();
    try {
      const { checkServe, runServe } = await import('../serve/run-serve.js');
      const settings = {
        policy: args.policy,
        pool: args.pool,
        config: args.config,
        host: args.host,
        port: args.port,
        publicKeys: args.key,
        watchMs: args.watchSeconds * 1000,
        log: args.log,
        logLevel: args.logLevel,
        logKeep: args.logKeep,
        logDays: args.logDays,
        maxShare: parseShares(args.maxShare ?? []),
      };
      if (!args.check) return await runServe(settings, hangUp);
      const { config, file } = await checkServe(settings);
      const models = Object.keys(config.pool);
      const { digest } = config.policy;
      const keys = file.callers?.map(({ name }) => name) ?? null;
      if (args.json) printJson({ policy: digest, models, keys });
      else print(`Ready to serve ${models.join(', ')}.`);
    } finally {
      hangUp.dispose();
    }
  },
});

/** Reads `MODEL=SHARE`; the shares are checked with the policy. */
function parseShares(given: readonly string[]): Readonly<Record<string, number>> {
  const shares = given.map((text) => {
    const end = text.lastIndexOf('=');
    const share = Number(text.slice(end + 1));
    if (end > 0 && share > 0 && share < 1) return [text.slice(0, end), share] as const;
    throw new RoutesmithError('usage', 'a share is MODEL=SHARE, with a share above 0 and below 1', {
      where: `--max-share ${text}`,
      fix: 'For instance --max-share large=0.4, once for each model.',
    });
  });
  return Object.fromEntries(shares);
}
