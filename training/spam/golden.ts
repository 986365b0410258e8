import type { GoldenRequest } from '../artifact/golden.ts';
import type { RawMail } from './corpus.ts';
import { textRequest } from './evaluate.ts';
import { readMail, textOfMail } from './mail.ts';

/**
 * Held-out messages that are short, name no private person and can be shown to anybody; most spam
 * of 2002 cannot.
 */
const spamIds = ['spam-2/01395', 'spam-2/00473', 'spam-2/00618'];
const hamIds = ['easy-ham-1/02415', 'easy-ham-1/01984', 'hard-ham-1/00150'];
const chineseId = 'spam-2/01262';

/** Requests from messages that no training has seen, and from the edges of what text can be. */
export async function goldenSpam(heldOut: readonly RawMail[]): Promise<GoldenRequest[]> {
  const texts = (ids: readonly string[]) => Promise.all(ids.map((id) => textOf(id, heldOut)));
  const [spam, ham, chinese] = [
    await texts(spamIds),
    await texts(hamIds),
    await texts([chineseId]),
  ];
  const ask = (name: string, ...asked: string[]) => ({ name, request: textRequest(asked) });
  return [
    ask('one line of the kind that everybody knows', 'You have won a prize, click here'),
    ask('held-out spam', ...spam.slice(0, 1)),
    ask('held-out ham', ...ham.slice(0, 1)),
    ask('a batch of held-out messages', ...spam.slice(1), ...ham.slice(1)),
    ask('held-out spam in Chinese, without a known word', ...chinese),
    ask(
      'letters beyond ASCII between known words',
      'Félicitations 🎁 click here — 100% gratuit, naïve café',
    ),
    ask('an empty text', ''),
    ask('a batch with empty texts', '', 'FREE!!! 100% guaranteed', ''),
  ];
}

async function textOf(id: string, heldOut: readonly RawMail[]): Promise<string> {
  const mail = heldOut.find((candidate) => candidate.id === id);
  if (!mail) {
    throw new Error(
      `Message ${id} of golden.json is not held out any more: the split has changed. Choose another in ${import.meta.filename}.`,
    );
  }
  return textOfMail(await readMail(mail.raw));
}
