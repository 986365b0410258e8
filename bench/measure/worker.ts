import { fork } from 'node:child_process';

/**
 * Gives a task to a process of its own and resolves with what it sends back. What it prints is read
 * and dropped, as a log collector would read it: to print into nothing would cost less.
 */
export function runWorker<Task extends object, Result>(
  file: string,
  env: Readonly<Record<string, string>>,
  task: Task,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(file, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let printed = '';
    child.stdout?.resume();
    child.stderr?.on('data', (chunk) => {
      printed += chunk;
    });
    child.on('message', (result) => resolve(result as Result));
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      reject(new Error(`${file} ended with ${signal ?? code} and no result: ${printed}`)),
    );
    child.send(task);
  });
}
