import { readLog } from '../../serve/log/read-log.js';
import {
  computePromptHash,
  computeTaskSetFingerprint,
  type Example,
  type TaskSet,
} from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { sha256OfJson } from '../../util/sha256.js';
import { createRandom } from '../../util/random.js';
import { valueAt } from '../../util/numeric-arrays.js';
import type { AuditFile, DrawnRequest } from './audit-file.js';
import { drawSample } from './draw-sample.js';
import { groupRequests } from './group-requests.js';
import { readLoggedPrompt } from './logged-prompt.js';
import type { GradedExample, PromptGradings } from './prompt-gradings.js';
import {
  nameRequest,
  readCandidates,
  type AuditCandidate,
  type AuditScope,
} from './read-candidates.js';

export interface AuditDrawSettings extends AuditScope {
  /** Requests to draw. */
  readonly size: number;
  readonly seed: number;
  /** Prompts by the id of the request, with graders and references. @default those of the log */
  readonly prompts?: ReadonlyMap<string, Example>;
}

/**
 * The SHA-256 of what `--prompts` gives for drawn requests: prompts, references, graders and tasks, and the
 * references and graders that it gives for another request with their prompt. What it gives for other
 * requests does not matter.
 */
export function computePromptsDigest(
  drawn: readonly Pick<DrawnRequest, 'id' | 'gradedAs'>[],
  prompts: AuditDrawSettings['prompts'],
): string {
  return sha256OfJson(
    drawn.flatMap(({ id, gradedAs }): unknown[] => {
      const own = prompts?.get(id);
      const shared = gradedAs === undefined ? undefined : prompts?.get(gradedAs);
      return [
        ...(own === undefined ? [] : [own]),
        ...(shared === undefined ? [] : [readGrading(shared)]),
      ];
    }),
  );
}

function readGrading({ grader, reference, metadata }: Example): GradedExample {
  return { grader, reference, metadata };
}

/** What was drawn from a log, and the task set that asks for it. */
export interface AuditDraw {
  readonly audit: AuditFile;
  readonly taskSet: TaskSet;
}

/**
 * Draws requests of a log with known probabilities: half of the draws uniform, half where the
 * decision was close. Requests with the same prompt share an example, whose weight is that of all of
 * them, scaled to a mean of 1.
 *
 * @throws RoutesmithError `insufficient_data` where no request can be audited, `usage` where nothing
 * would grade the answers, `invalid_input` where drawn requests are removed from the log meanwhile
 */
export async function drawAudit(settings: AuditDrawSettings): Promise<AuditDraw> {
  const { log, seed, size } = settings;
  const known = await readCandidates(settings);
  const { candidates } = known;
  const { members, probability } = drawSample(
    candidates.map(({ closeness, keep }) => closeness / keep),
    size,
    createRandom(seed),
  );
  const drawn = new Map<string, AuditCandidate & { readonly probability: number }>();
  members.forEach((member, place) => {
    const candidate = candidates[member] as AuditCandidate;
    drawn.set(nameRequest(candidate), { ...candidate, probability: valueAt(probability, place) });
  });
  const { requests, examples } = await readExamples(settings, drawn, known.gradings);
  if (requests.length < drawn.size) throw describeChanged(log, drawn.size - requests.length);
  return {
    audit: {
      version: 1,
      log,
      seed,
      from: known.from,
      to: known.to,
      logged: candidates.length,
      represented: candidates.reduce((sum, { keep }) => sum + 1 / keep, 0),
      baseline: known.baseline,
      leftOut: Object.fromEntries(Array.from(known.leftOut, ([why, { count }]) => [why, count])),
      leftOutRepresented: Object.fromEntries(
        Array.from(known.leftOut, ([why, { represented }]) => [why, represented]),
      ),
      leftOutIds: Object.fromEntries(
        Array.from(known.leftOut, ([why, { ids }]) => [why, [...ids]]),
      ),
      onlyDecided: known.onlyDecided,
      promptsDigest: computePromptsDigest(requests, settings.prompts),
      logTotals: known.logTotals,
      production: {
        tasks: Object.fromEntries(known.taskShares),
        novelty: known.meanNovelty,
        conversations: known.conversations,
      },
      drawn: requests,
      picked: null,
    },
    taskSet: {
      name: 'audit',
      file: log,
      examples,
      lines: new Map(),
      repeatedLines: [],
      fingerprint: computeTaskSetFingerprint(examples),
    },
  };
}

/** Reads the log once more, for the prompts of what was drawn. */
async function readExamples(
  { log, prompts, grader }: AuditDrawSettings,
  drawn: ReadonlyMap<string, AuditCandidate & { readonly probability: number }>,
  gradings: PromptGradings,
): Promise<{ readonly requests: DrawnRequest[]; readonly examples: Example[] }> {
  const requests: DrawnRequest[] = [];
  const exampleOf = new Map<string, Example>();
  const weightOf = new Map<string, number>();
  for await (const { decision } of readLog(log)) {
    const candidate = drawn.get(nameRequest(decision));
    if (candidate === undefined) continue;
    const { served, conversation, keep, probability } = candidate;
    const own = prompts?.get(decision.id);
    // Examples, grades and labels are joined by it.
    const id = candidate.isRepeated ? nameRequest(decision) : decision.id;
    const prompt = readLoggedPrompt(decision, prompts);
    // Candidates can be read.
    if (prompt?.ok !== true) continue;
    const asked = prompt.value;
    const hash = computePromptHash(asked);
    const task = own?.task ?? candidate.task;
    const shared = gradings.find(hash);
    const grading = shared?.example;
    const example = exampleOf.get(hash) ?? {
      id,
      prompt: asked,
      task,
      reference: grading?.reference,
      grader: grading?.grader ?? grader,
      metadata: (grading ?? own)?.metadata ?? {},
    };
    exampleOf.set(hash, example);
    weightOf.set(example.id, (weightOf.get(example.id) ?? 0) + 1 / (keep * probability));
    const taskBy = own?.task === undefined ? candidate.taskBy : ('prompts' as const);
    requests.push({
      id,
      example: example.id,
      probability,
      keep,
      served,
      conversation,
      task,
      ...(taskBy !== undefined && { taskBy }),
      ...(shared !== undefined && shared.givenFor !== decision.id && { gradedAs: shared.givenFor }),
    });
  }
  const mean = [...weightOf.values()].reduce((sum, weight) => sum + weight, 0) / weightOf.size;
  const groupOf = nameGroups(requests);
  const examples = Array.from(exampleOf.values(), (example) => {
    const group = groupOf.get(example.id);
    const weight = (weightOf.get(example.id) as number) / mean;
    return { ...example, weight, ...(group !== undefined && { group }) };
  });
  return { requests, examples };
}

/** Without them, the others would stand for less than the log. */
function describeChanged(log: string, missing: number): RoutesmithError {
  const requests = formatCount(missing, 'drawn request');
  return new RoutesmithError(
    'invalid_input',
    `${requests} removed from the log while it was read`,
    {
      where: log,
      fix: 'Start again. Where segments are removed often, audit a copy of the folder.',
    },
  );
}

/** By example, the first conversation of those that it is linked with, so that no fold splits them. */
function nameGroups(requests: readonly DrawnRequest[]): ReadonlyMap<string, string> {
  const numbers = groupRequests(requests);
  const names = new Map<number, string>();
  requests.forEach(({ conversation }, index) => {
    const number = valueAt(numbers, index);
    if (conversation !== null && !names.has(number)) names.set(number, conversation);
  });
  return new Map(
    requests.flatMap(({ example }, index) => {
      const name = names.get(valueAt(numbers, index));
      return name === undefined ? [] : [[example, name] as const];
    }),
  );
}
