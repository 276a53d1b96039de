import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createSandbox } from '../../src/measure/graders/sandbox/create-sandbox.js';
import type { Sandbox } from '../../src/measure/graders/sandbox/sandbox.js';

/** What a program in a sandbox must not reach, each with a secret that would betray it. */
export interface EscapeHost {
  /** In the file, in the environment and in the server's answer. */
  readonly secret: string;
  readonly secretFile: string;
  /** A folder that must stay as it is. */
  readonly folder: string;
  readonly port: number;
  /** Connections that the server has seen. */
  connections(): number;
  files(): readonly string[];
  close(): Promise<void>;
}

/** The environment variable that holds the secret. */
const secretVariable = 'ROUTESMITH_TEST_SECRET';

/** A program with the places of a host for SECRET, FILE, FOLDER and PORT. */
export function fillIn({ secretFile, folder, port }: EscapeHost, code: string): string {
  return code
    .replaceAll('SECRET', secretVariable)
    .replaceAll('FILE', secretFile)
    .replaceAll('FOLDER', folder)
    .replaceAll('PORT', String(port));
}

/** A host and a sandbox for the tests of one file. */
export interface EscapeTest {
  readonly host: EscapeHost;
  readonly sandbox: Sandbox;
}

/** Starts both before the tests of a file, and ends them after. */
export function useEscapeHost(threads: number): EscapeTest {
  const sandbox = createSandbox({ threads });
  let started: EscapeHost | undefined;
  beforeAll(async () => {
    started = await startEscapeHost();
  });
  afterAll(async () => {
    await sandbox.close();
    await started?.close();
  });
  return {
    sandbox,
    get host() {
      return started as EscapeHost;
    },
  };
}

async function startEscapeHost(): Promise<EscapeHost> {
  const secret = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), 'routesmith-escape-'));
  const secretFile = join(folder, 'secret.txt');
  writeFileSync(secretFile, secret);
  process.env[secretVariable] = secret;
  let connections = 0;
  const server: Server = createServer((_, response) => response.end(secret));
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    secret,
    secretFile,
    folder,
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    files: () => readdirSync(folder),
    async close() {
      delete process.env[secretVariable];
      rmSync(folder, { recursive: true });
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
