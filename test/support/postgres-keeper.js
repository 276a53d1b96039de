// Runs a Postgres server for as long as the process that started this one: however that ends, its end of the
// pipe is closed. Arguments: the server's folder, which is removed, its user or '', the program, its arguments.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [folder, user, program, ...args] = process.argv.slice(2);
const ids = user === '' ? {} : { uid: Number(user), gid: Number(user) };
const server = spawn(program, args, { ...ids, cwd: '/', stdio: ['ignore', 'inherit', 'inherit'] });

// Ctrl-C reaches the whole group of processes, and the server ends by it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.once('close', () => server.kill('SIGINT')).resume();

server.once('error', (error) => {
  process.stderr.write(`${error}\n`);
  end(1);
});
server.once('exit', (code) => end(code ?? 1));

function end(code) {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
