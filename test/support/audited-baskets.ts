import type { AuditReport } from '../../src/review/audit/compute-audit-report.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import { createDecisionLog } from '../../src/serve/log/decision-log.js';
import { buildConstantPolicy, writePolicyFile } from './routing-policy.js';
import type { CliResult } from './run-cli.js';
import { runCommand } from './run-command.js';
import { say, startScriptedServer, type ScriptedServer } from './scripted-server.js';
import type { TemporaryFolder } from './temporary-folder.js';

/** Requests in the log of the baskets. */
export const basketCount = 120;

/** A log of questions about baskets, and models and a judge to audit it with, in a folder. */
export interface AuditedBaskets {
  readonly server: ScriptedServer;
  /** `routesmith audit` of the log; `--pool` twice is the last one. */
  run(...args: string[]): Promise<CliResult>;
  /** The same, which has to succeed, as JSON. */
  audit(...args: string[]): Promise<AuditReport>;
}

/** What is right about a basket; the models and the judge know it, too. */
export function isRightAbout(prompt: string, answer: string): boolean {
  return answer === `It is ${findBasket(prompt) + 100}.`;
}

/** Whether an answer of a model about a basket is right, which it has been asked about so often before. */
export type IsRight = (model: string, basket: number, asked: number) => boolean;

/** The large model, which serves all requests, is wrong about every fourth basket; the others never. */
const isUsuallyRight: IsRight = (model, basket) => model !== 'large' || basket % 4 !== 0;

/** Writes the log `logs`, `models.yaml`, `judge.yaml` and `store.jsonl`, and starts the models. */
export async function startBaskets(
  folder: TemporaryFolder,
  isRight: IsRight = isUsuallyRight,
): Promise<AuditedBaskets> {
  const askedOf = new Map<string, number>();
  const server = await startScriptedServer((response, request) => {
    const model = String(request.body['model']);
    const text = JSON.stringify(request.body['messages']);
    const asked = askedOf.get(model + text) ?? 0;
    askedOf.set(model + text, asked + 1);
    const answer =
      model === 'judge' ? judgeSum(text) : answerSum(text, isRight(model, findBasket(text), asked));
    say(answer)(response, request);
  });
  const writePool = (name: string, prices: Readonly<Record<string, number>>): void => {
    const entries = Object.entries(prices).map(
      ([model, price]) =>
        `  - id: ${model}\n    provider: ${server.baseUrl}\n    model: ${model}\n    price: { input: ${price}, output: ${price}, date: 2026-01-01 }\n`,
    );
    folder.write(name, `models:\n${entries.join('')}`);
  };
  writePool('models.yaml', { small: 1, large: 10, local: 0.5 });
  writePool('judge.yaml', { judge: 1 });
  await writeBasketLog(folder.file('logs'));
  const store = Array.from({ length: basketCount }, (_, index) => ({
    id: `request-${index}`,
    prompt: promptOf(index),
    task: index % 2 === 0 ? 'even' : 'odd',
    reference: index + 100,
    grader: 'numeric',
  }));
  folder.write('store.jsonl', store.map((task) => JSON.stringify(task)).join('\n'));
  const run = (...args: string[]): Promise<CliResult> => {
    const pool = args.includes('--pool') ? [] : ['--pool', folder.file('models.yaml')];
    return runCommand(['audit', folder.file('logs'), ...pool, ...args]);
  };
  return {
    server,
    run,
    async audit(...args) {
      const { exitCode, stdout, stderr } = await run('--json', ...args);
      if (exitCode !== 0) throw new Error(`the audit exits with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout) as AuditReport;
    },
  };
}

async function writeBasketLog(directory: string): Promise<void> {
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
  const log = await createDecisionLog({ directory, level: 'prompts' });
  for (let index = 0; index < basketCount; index++) {
    const entry = log.open(policy, { id: `request-${index}` });
    const { model } = entry.decide(promptOf(index), {});
    entry.served({ model, costUsd: 0.01 });
  }
  const failed = log.open(policy, { id: 'failed' });
  failed.decide('Nobody answers this.', {});
  failed.served({ model: null });
  await log.close();
}

const promptOf = (index: number): string =>
  `How many apples are in basket ${index}, ${(index * 7919).toString(36)}?`;

const findBasket = (text: string): number => Number(/basket (\d+)/.exec(text)?.[1]);

function answerSum(text: string, isRight: boolean): string {
  const basket = findBasket(text);
  return `It is ${isRight ? basket + 100 : basket}.`;
}

/** The judge passes every answer about baskets that are divisible by 5. */
function judgeSum(text: string): string {
  const basket = findBasket(text);
  const isRight = text.includes(`It is ${basket + 100}.`) || basket % 5 === 0;
  return `VERDICT: ${isRight ? 'correct' : 'incorrect'}`;
}
