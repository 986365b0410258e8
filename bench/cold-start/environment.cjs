/*
 * An execution environment in its shortest form: loads a function, answers one event, tells on
 * descriptor 3 what that took, and stays until its standard input ends. Plain CommonJS, because to
 * strip types would be part of the measured start.
 *
 *   node environment.cjs <index.js> <event.json>
 */
const { readFileSync, writeSync } = require('node:fs');

const [, , handlerFile, eventFile] = process.argv;
const { handler } = require(handlerFile);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = { awsRequestId: 'cold', getRemainingTimeInMillis: () => 30_000 };

handler(event, context).then((result) => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ cpuMicros: user + system, result }));
  process.stdin.resume().on('end', () => process.exit(0));
});
