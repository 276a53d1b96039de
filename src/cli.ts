#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { reportError, runCommandLine } from './cli/run-command-line.js';
import { interruptCommand } from './cli/print/interrupt.js';

const args = hideBin(process.argv);

// Registered first, because a library adds a listener that would print a page of source code.
process.on('uncaughtException', (error) => process.exit(reportError(error, args)));
process.on('unhandledRejection', (error) => process.exit(reportError(error, args)));
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    // The reader closed the pipe, as `head` does, or the terminal has closed. Calls may be in flight, and
    // the exit code says what became of the command: it ends by itself, early if nobody reads its result.
    if (stream === process.stdout) interruptCommand();
  });
}

process.exitCode = await runCommandLine(args);
