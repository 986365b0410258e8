import { styleText } from 'node:util';
import type { RolloutSnapshot } from '../cloud/rollout.ts';
import type { TrafficFigures } from '../cloud/traffic.ts';
import type { ReleaseEvent, Tell } from './events.ts';

/** Tells a release for machines: one JSON object a line. */
export function jsonTeller(stream: NodeJS.WritableStream): Tell {
  return (event) => {
    stream.write(`${JSON.stringify(event)}\n`);
  };
}

/** Tells a release for people. A rollout's line is repeated only when something in it changed. */
export function humanTeller(stream: NodeJS.WriteStream): Tell {
  const lastLine = new Map<string, string>();
  let changed = false;
  const style = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) =>
    styleText(format, text, { stream });
  const say = (text: string) => stream.write(`${text}\n`);

  return (event) => {
    changed ||= event.event === 'updated' || event.event === 'removed';
    switch (event.event) {
      case 'plan':
        return planLines(event).forEach(say);
      case 'deploying':
        return say(style('dim', `  deploying ${event.model ?? event.stack}`));
      case 'rollout': {
        const line = `  ${event.model}  ${rolloutLine(event)}`;
        if (lastLine.get(event.model) === line) return;
        lastLine.set(event.model, line);
        return say(line);
      }
      case 'created':
        return say(
          `  ${style('green', '✔')} ${event.model}: first deployment, checked, no shift  ${event.seconds} s`,
        );
      case 'updated':
        return say(`  ${style('green', '✔')} ${event.stack}: updated  ${event.seconds} s`);
      case 'completed':
        return say(
          `  ${event.evidence ? style('green', '✔') : style('yellow', '!')} ${completedLine(event)}`,
        );
      case 'rolled-back':
        return say(
          `  ${style('red', '↩')} ${event.model}: rolled back after ${event.seconds} s: ${event.reason}`,
        );
      case 'failed':
        return say(`  ${style('red', '✖')} ${event.stack}: ${event.reason}`);
      case 'removed':
        return say(`  ${style('green', '✔')} ${event.stack}: removed`);
      case 'traffic':
        return say(`  ${event.model}: ${trafficText(event)}`);
      case 'done':
        return say(style('bold', doneLine(event, changed)));
    }
  };
}

function planLines(plan: Extract<ReleaseEvent, { event: 'plan' }>): string[] {
  const rows: [string, readonly string[]][] = [
    ['create', plan.create],
    ['release', plan.release],
    ['remove', plan.remove],
    ['update', [...(plan.platform ? ['platform'] : []), ...(plan.api ? ['api'] : [])]],
    ['unchanged', plan.unchanged],
  ];
  const lines = rows.filter(([, names]) => names.length > 0);
  return lines.map(([verb, names]) => `  ${verb.padEnd(10)}${names.join(', ')}`);
}

/** `v1 90 %  v2 10 % [#---------]  120 requests 0 errors  hook Succeeded  alarms OK` */
export function rolloutLine(snapshot: RolloutSnapshot): string {
  const versions = Object.entries(snapshot.weights).map(([version, weight]) => {
    const figures = snapshot.versions[version];
    const seen = figures ? ` (${figures.requests} requests, ${figures.errors} errors)` : '';
    return `version ${version} ${bar(weight)} ${Math.round(weight * 100)} %${seen}`;
  });
  const alarms = snapshot.alarms.map((alarm) => alarm.state);
  const alarming = alarms.includes('ALARM') ? 'ALARM' : alarms.length ? 'quiet' : 'none';
  const parts = [
    ...versions,
    ...(snapshot.hook ? [`check ${snapshot.hook}`] : []),
    `alarms ${alarming}`,
    ...(snapshot.status ? [snapshot.status] : []),
    ...(snapshot.stage ? [snapshot.stage] : []),
  ];
  return parts.join('  ');
}

function bar(weight: number): string {
  const filled = Math.round(weight * 10);
  return '█'.repeat(filled) + '░'.repeat(10 - filled);
}

function completedLine(event: Extract<ReleaseEvent, { event: 'completed' }>): string {
  const story = event.evidence
    ? `completed on ${event.requests} requests`
    : `completed WITHOUT EVIDENCE (${event.requests} of ${event.needed} requests)`;
  return `${event.model}: ${story}, version ${event.functionVersion} serves  ${event.seconds} s`;
}

/** `600 requests sent by callers, 3 failed (503: 2, no answer: 1)` */
function trafficText({ sent, failed, byStatus }: TrafficFigures): string {
  const failures = Object.entries(byStatus)
    .filter(([status]) => status !== '200')
    .map(([status, count]) => `${status === '0' ? 'no answer' : status}: ${count}`);
  const how = failures.length > 0 ? ` (${failures.join(', ')})` : '';
  return `${sent} requests sent by callers, ${failed} failed${how}`;
}

function doneLine(event: Extract<ReleaseEvent, { event: 'done' }>, changed: boolean): string {
  if (event.failed.length > 0) return `Failed: ${event.failed.join(', ')}.`;
  if (event.rolledBack.length > 0) return `Rolled back: ${event.rolledBack.join(', ')}.`;
  if (event.completed.length > 0) return `Done: ${event.completed.join(', ')}.`;
  return changed ? 'Done.' : 'Nothing to do.';
}
