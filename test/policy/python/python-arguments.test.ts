import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPython, pythonFolder } from '../../support/python-runtime.js';
import { buildMixturePolicy, writePolicyFile } from '../../support/routing-policy.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

/** Classes as those of packages for messages, and what a decision says of a prompt. */
const preamble = `
import collections, json, sys
sys.path.insert(0, ${JSON.stringify(resolve(pythonFolder))})
from routesmith_policy import load_policy
text = open("mine.policy.json", encoding="utf-8").read()
policy = load_policy(text)

class Model:
    """As the messages of the OpenAI package: a Pydantic model."""
    def __init__(self, **members):
        self.members = members
    def model_dump(self, exclude_none=False):
        return {key: value for key, value in self.members.items() if value is not None}

class DictLike:
    """As objects of LiteLLM that can be read like a dictionary."""
    def __init__(self, **members):
        self.members = members
    def keys(self):
        return self.members.keys()
    def __getitem__(self, key):
        return self.members[key]

class Broken:
    def model_dump(self, **options):
        raise RuntimeError("cannot be read")

def describe(prompt):
    decision = policy.decide(prompt)
    small = next(one for one in decision["ranked"] + [{}] if one.get("model", "small") == "small")
    return {"costUsd": small.get("costUsd"), "notes": decision["notes"], "model": decision["model"]}
`;

/** Runs each program with the names of the preamble, and with none of the programs before it. */
const runEachLine = `
for line in sys.stdin:
    exec(json.loads(line), dict(globals()))
    sys.stdout.flush()`;

describe.skipIf(!hasPython())('the policy in Python', () => {
  let child: ChildProcessByStdio<Writable, Readable, null>;
  let lines: AsyncIterator<string>;
  beforeAll(async () => {
    folder.write('mine.policy.json', (await writePolicyFile(buildMixturePolicy())).text);
    child = spawn('python3', ['-B', '-c', preamble + runEachLine], {
      cwd: folder.path,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  });
  afterAll(() => child.stdin.end());

  /** What a program prints as JSON, which begins with the preamble. */
  async function run(program: string): Promise<unknown> {
    child.stdin.write(`${JSON.stringify(program)}\n`);
    const { done, value } = await lines.next();
    if (done === true) throw new Error('the program failed: see what Python printed');
    return JSON.parse(value);
  }

  it('counts messages that are objects of a package as those that are dictionaries', async () => {
    const program = `
call = {"id": "1", "type": "function", "function": {"name": "add", "arguments": "1, 2" * 5000}}
question = {"role": "user", "content": "What is 17 percent of 240?"}
def write(create):
    answer = create(role="assistant", content="x" * 90000, tool_calls=[create(**call)], audio=None)
    return [question, answer, create(role="user", content=[create(type="text", text="And of 250?")])]
plain = [{k: v for k, v in one.items() if v is not None} for one in write(dict)]
others = [write(Model), write(DictLike), collections.UserList(write(Model)), tuple(write(Model))]
others = others + [{"messages": one} for one in others] + [Model(messages=write(Model))]
print(json.dumps([describe(plain), *map(describe, others)]))`;
    const [expected, ...others] = (await run(program)) as [{ costUsd: number }];
    expect(expected).toMatchObject({ notes: [] });
    expect(expected.costUsd).toBeGreaterThan(0.004);
    expect(others).toEqual(Array<unknown>(9).fill(expected));
  });

  it('counts tools and schemas that are given as objects or classes', async () => {
    const program = `
class Answer:
    @classmethod
    def model_json_schema(cls):
        return {"type": "object", "description": "x" * 90000}
messages = [{"role": "user", "content": "What is 17 percent of 240?"}]
tool = {"type": "function", "function": {"name": "add", "description": "x" * 90000}}
schema = {"type": "json_schema", "json_schema": {"schema": Answer.model_json_schema()}}
print(json.dumps([
  [describe({"messages": messages, "tools": [one]}) for one in (tool, Model(**tool))],
  [describe({"messages": messages, "response_format": one}) for one in (schema, Answer)],
]))`;
    for (const [plain, object] of (await run(program)) as [object, object][]) {
      expect(object).toEqual(plain);
      expect(plain).toMatchObject({ notes: [] });
    }
  });

  it('says so where a part of the prompt cannot be read', async () => {
    const program = `
question = {"role": "user", "content": "What is 17 percent of 240?"}
unreadable = [object(), Broken(), b"x", (one for one in [question])]
print(json.dumps([
  *(describe([question, one])["notes"] for one in unreadable),
  describe({"messages": [question], "metadata": object()})["notes"],
]))`;
    const note = ['unread_messages'];
    expect(await run(program)).toEqual([note, note, note, note, []]);
  });

  it('takes None for an absent argument of load_policy', async () => {
    const program = `
absent = {"min_serial": None, "unavailable": None, "max_price_age_days": None, "prices": None,
  "public_keys": None, "now": None}
price = {"inputPerMillionUsd": 1, "outputPerMillionUsd": 2, "date": "2025-01-01"}
def show(**options):
    loaded = load_policy(text, **options)
    return [[one["kind"] for one in loaded.reports], loaded.policy["models"]]
print(json.dumps([
  show() == show(**absent),
  show(prices={"small": price}) == show(prices={"small": {**price, "cachedInputPerMillionUsd": None}}),
]))`;
    expect(await run(program)).toEqual([true, true]);
  });

  it('leaves out unavailable models that are given as one text, or one after the other', async () => {
    const program = `
def leave_out(unavailable):
    loaded = load_policy(text, unavailable=unavailable)
    excluded = [one["model"] for one in loaded.decide("What is 17 percent of 240?")["excluded"]]
    return [excluded, [one for one in loaded.reports if "price" not in one["kind"]]]
print(json.dumps([leave_out("small"), leave_out(one for one in ["small"]), leave_out({"small": 1})]))`;
    const reports = [{ model: 'small', kind: 'unavailable_model' }];
    expect(await run(program)).toEqual([0, 1, 2].map(() => [['small'], reports]));
  });
});
