// Runs the pinned Azurite on free ports.
//
//   node azurite.mjs attached <azurite.js> [azurite arguments…]        dies with the caller: it stops when standard input closes
//   node azurite.mjs detached <azurite.js> <log file> [arguments…]     outlives the caller: prints the process id and returns
//
// Azurite saves its tables and queues every five seconds and at an orderly stop, so one that keeps data on disk must not
// share the fate of a killed application.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Server } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [mode, script, ...rest] = process.argv.slice(2);

switch (mode) {
  case 'attached':
    process.stdin.resume();
    process.stdin.on('end', () => process.exit(0));
    await run(rest);
    break;
  case 'detached': {
    const [log, ...args] = rest;
    const file = openSync(log, 'w');
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'run', script, ...args], { detached: true, stdio: ['ignore', file, file] });
    console.log(child.pid);
    child.unref();
    break;
  }
  case 'run':
    await run(rest);
    break;
}

async function run(args) {
  const loki = createRequire(script)('lokijs');
  removeWithoutRebuilding(loki);
  lookWhereFewAre(loki);
  letClientsHangUp();
  process.argv = [process.argv[0], script, '--blobPort', '0', '--queuePort', '0', '--tablePort', '0', '--skipApiVersionCheck', '--disableTelemetry', ...args];
  await import(pathToFileURL(script));
}

// A connection that Azurite closes at the very moment a client writes on it loses the answer: clients close theirs after a minute, so it waits for longer than they do.
function letClientsHangUp() {
  const listen = Server.prototype.listen;
  Server.prototype.listen = function (...where) {
    this.keepAliveTimeout = 5 * 60_000;
    return listen.apply(this, where);
  };
}

// Once a minute Azurite deletes what finished queue messages have left, one by one, and its store sorts every index anew for each:
// after some thousand messages nothing else is answered for seconds. A single removal keeps the indexes in order as it is.
function removeWithoutRebuilding(loki) {
  loki.Collection.prototype.findAndRemove = function (filter) {
    for (const document of this.find(filter)) this.remove(document);
  };
}

// Azurite looks for tables, queues and messages by their account first, which all of them share, and for a table's rows by walking over every table
// there is. With the tables of some hundred shops, as in tests, that is most of what it does: what all share goes last, and names are looked up.
function lookWhereFewAre(loki) {
  const { find } = loki.Resultset.prototype;
  loki.Resultset.prototype.find = function (query, firstOnly) {
    for (const shared of ['account', 'accountName']) {
      if (query === null || typeof query !== 'object' || !(shared in query)) continue;
      const { [shared]: account, ...narrower } = query;
      query = { ...narrower, [shared]: account };
    }
    return find.call(this, query, firstOnly);
  };

  const names = new WeakMap();
  const known = db => names.get(db) ?? names.set(db, new Map()).get(db);
  const { getCollection, addCollection, removeCollection, loadJSONObject } = loki.prototype;
  loki.prototype.getCollection = function (name) {
    const found = known(this);
    if (!found.has(name)) found.set(name, getCollection.call(this, name));
    return found.get(name);
  };
  const forget = change => function (...given) {
    names.delete(this);
    return change.apply(this, given);
  };
  loki.prototype.removeCollection = forget(removeCollection);
  loki.prototype.loadJSONObject = forget(loadJSONObject);
  loki.prototype.addCollection = function (name, options) {
    known(this).delete(name);
    return addCollection.call(this, name, options);
  };
}
