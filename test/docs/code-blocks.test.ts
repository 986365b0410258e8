import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparable, textPattern } from './answers.ts';
import { type CodeBlock, codeBlocks, readDocuments, root } from './markdown.ts';
import { Project } from './project.ts';

const pages = readDocuments().filter(({ path }) => path === 'README.md' || /^docs\//.test(path));
const blocks = pages.flatMap((page) => withAnswers(page.text, codeBlocks(page)));
const scripts = blocks.filter(({ block }) => block.language === 'sh');
const offline = scripts.filter(({ block }) => block.kind === '');
const served = scripts.filter(({ block }) => block.kind === 'server');

/** The README's release is a canary of ten seconds, and machines are busy. */
const timeout = 180_000;

describe('Code blocks in README and docs', () => {
  let project: Project;
  let port: number;

  beforeAll(async () => {
    project = new Project();
    port = await project.start();
  }, timeout);
  afterAll(() => project.remove(), timeout);

  it('say how they are tested: sh, sh server, sh aws or sh setup', () => {
    const kinds = ['', 'server', 'aws', 'setup'];
    const untold = blocks
      .filter(({ block }) =>
        block.language === 'sh'
          ? !kinds.includes(block.kind)
          : /^(bash|shell|console|zsh)$/.test(block.language),
      )
      .map(({ block }) => titleOf(block));
    expect(untold).toEqual([]);
  });

  it('that need AWS are at least shell that parses', () => {
    for (const { block } of scripts.filter(({ block }) => block.kind === 'aws')) {
      execFileSync('bash', ['-n'], { input: block.text });
    }
  });

  it('that set up hold nothing but what .ci/run and this test do', () => {
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    const done = [...ci.matchAll(/^step (.+?)(?: --.*)?$/gm)].map((match) => match[1]);
    const commands = scripts
      .filter(({ block }) => block.kind === 'setup')
      .flatMap(({ block }) => block.text.split(/&&|\n/))
      .map((command) => command.replace(/ --.*/, '').trim())
      .filter(Boolean);
    expect(commands).toContain('npm start');
    expect(commands.filter((command) => ![...done, 'npm start'].includes(command))).toEqual([]);
  });

  it.each(served.map((script) => [titleOf(script.block), script] as const))(
    'against the local cloud: %s',
    (_title, { block, answer }) => check(onPort(block.text, port), answer),
    timeout,
  );

  it.each(offline.map((script) => [titleOf(script.block), script] as const))(
    'offline: %s',
    (_title, { block, answer }) => check(block.text, answer),
    timeout,
  );

  async function check(script: string, answer: CodeBlock | undefined): Promise<void> {
    const { code, stdout, stderr } = await project.run(script);
    expect({ code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({ code: 0, stderr: '' });
    if (answer?.language === 'json') {
      expect(comparable(JSON.parse(stdout))).toEqual(comparable(JSON.parse(answer.text)));
    } else if (answer) expect(stdout).toMatch(textPattern(answer.text));
  }
});

/** Blocks with the block after them, when nothing is in between: that one is the answer. */
function withAnswers(text: string, found: readonly CodeBlock[]) {
  const lines = text.split('\n');
  return found.map((block, at) => {
    const next = found[at + 1];
    const end = block.line + block.text.split('\n').length;
    const between =
      next &&
      lines
        .slice(end, next.line - 1)
        .join('')
        .trim();
    const isAnswer = next && between === '' && /^(json|text)$/.test(next.language);
    return { block, answer: isAnswer ? next : undefined };
  });
}

/** The documents speak of the default port; the test's cloud is on another. */
function onPort(script: string, port: number): string {
  return script
    .replaceAll('8080', String(port))
    .replaceAll(/--local\b/g, `--local --port ${port}`)
    .replaceAll(
      /run (--silent )?deploy:local(?: --(?= ))?/g,
      `run $1deploy:local -- --port ${port}`,
    );
}

function titleOf({ document, line, text }: CodeBlock): string {
  return `${document}:${line} ${text.split('\n')[0]}`;
}
