/**
 * Loaded before a worker's own code: notes the clock and the processor's time whenever the worker says
 * that it wrote a part, and leaves them where BENCH_METER says, with the greatest memory that it took.
 */
const { writeFileSync } = require('node:fs');

const marks = [];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  if (String(text).includes('"part":')) {
    const { user, system } = process.cpuUsage();
    const { rows } = JSON.parse(String(text));
    marks.push({ rows, wallMicros: performance.now() * 1000, cpuMicros: user + system });
  }
  return write(text, ...rest);
};
process.on('exit', () => {
  const result = { marks, peakKilobytes: process.resourceUsage().maxRSS };
  writeFileSync(process.env.BENCH_METER, JSON.stringify(result));
});
