import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePool } from '../../../src/measure/models/read-pool.js';
import { startCli, waitForCli } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';

const tasks = 'datasets/everyday.jsonl';

async function holdPort(): Promise<{ port: string; release: () => Promise<void> }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const release = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
  };
  return { port: String(port), release };
}

describe('routesmith practice', () => {
  it('prints a pool file that says it is simulated', async () => {
    const { exitCode, stdout } = await runCommand([
      'practice',
      '--tasks',
      tasks,
      '--port',
      '8123',
      '--print-pool',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('SIMULATED');
    const { models } = parsePool(stdout, 'models.yaml');
    expect(models.map(({ baseUrl }) => baseUrl)).toContain('http://127.0.0.1:8123/v1');
  });

  it('prints the same pool as JSON, which can be saved as the pool file, too', async () => {
    const args = ['practice', '--tasks', tasks, '--print-pool'];
    const [yaml, json] = [await runCommand(args), await runCommand([...args, '--json'])];
    expect(JSON.parse(json.stdout)).toEqual(parse(yaml.stdout));
    expect(parsePool(json.stdout, 'p.yaml').models).toEqual(
      parsePool(yaml.stdout, 'p.yaml').models,
    );
  });

  it('serves until Ctrl-C, on a port that is free', async () => {
    const { port, release } = await holdPort();
    const args = ['practice', '--tasks', tasks, '--port', port];
    const refused = await runCommand(args);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('this port is in use');
    await release();

    const child = startCli([...args, '--json']);
    const result = waitForCli(child);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    const answer = await fetch(`http://127.0.0.1:${port}/v1/models`);
    expect(answer.status).toBe(200);
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await result;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ simulated: true });
    expect(stderr).toContain('Served 0 requests');
  });
});
