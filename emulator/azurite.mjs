// Starts the pinned Azurite on free ports.
//
//   node azurite.mjs attached <azurite.js> [azurite arguments…]        dies with the caller: it stops when standard input closes
//   node azurite.mjs detached <azurite.js> <log file> [arguments…]     outlives the caller: prints the process id and returns
//
// Azurite saves its tables and queues every five seconds and at an orderly stop, so one that keeps data on disk must not
// share the fate of a killed application.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [mode, script, ...rest] = process.argv.slice(2);
const free = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0', '--skipApiVersionCheck', '--disableTelemetry'];

if (mode === 'attached') {
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
  process.argv = [process.argv[0], script, ...free, ...rest];
  await import(pathToFileURL(script));
} else {
  const [log, ...args] = rest;
  const file = openSync(log, 'w');
  const child = spawn(process.execPath, [script, ...free, ...args], { detached: true, stdio: ['ignore', file, file] });
  console.log(child.pid);
  child.unref();
}
