import { Parser } from 'htmlparser2';
import PostalMime from 'postal-mime';

/** What a reader sees of an e-mail: its subject, and its body as plain text. */
export interface Mail {
  readonly subject: string;
  readonly body: string;
}

/** Reads a raw message. A message with an HTML part only yields the text between its tags. */
export async function readMail(raw: string): Promise<Mail> {
  const { subject, text, html } = await PostalMime.parse(raw);
  return { subject: subject ?? '', body: text || (html ? textOfHtml(html) : '') };
}

/** The text to classify: subject and body, as a caller is asked to send them. */
export const textOfMail = ({ subject, body }: Mail): string => `${subject}\n${body}`;

const invisible = new Set(['script', 'style', 'title']);
/** Tags inside a word, as in `fr<b>ee</b>`; every other tag separates words. */
const inline = new Set(['a', 'b', 'big', 'em', 'font', 'i', 'small', 'span', 'strong', 'u']);

function textOfHtml(html: string): string {
  let text = '';
  let hidden = 0;
  const parser = new Parser({
    onopentag(name) {
      if (invisible.has(name)) hidden++;
      if (!inline.has(name)) text += ' ';
    },
    ontext(data) {
      if (hidden === 0) text += data;
    },
    onclosetag(name) {
      if (invisible.has(name)) hidden--;
      if (!inline.has(name)) text += ' ';
    },
  });
  parser.end(html);
  return text;
}
