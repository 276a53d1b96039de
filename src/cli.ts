#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { reportError, runCommandLine } from './cli/run-command-line.js';

const args = hideBin(process.argv);

// Registered first, because a library adds a listener that would print a page of source code.
process.on('uncaughtException', (error) => process.exit(reportError(error, args)));
process.on('unhandledRejection', (error) => process.exit(reportError(error, args)));
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader closed the pipe, as `head` does.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

process.exitCode = await runCommandLine(args);
