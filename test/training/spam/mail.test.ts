import { describe, expect, it } from 'vitest';
import { readMail, textOfMail } from '../../../training/spam/mail.ts';

const message = (...lines: string[]) => lines.join('\n');

describe('readMail', () => {
  it('takes the subject and the plain text', async () => {
    const mail = await readMail(
      message('From: a@b.c', 'Subject: Hello', '', 'First line', 'second'),
    );
    expect(mail.subject).toBe('Hello');
    expect(mail.body.trim()).toBe('First line\nsecond');
    expect(textOfMail(mail)).toMatch(/^Hello\nFirst line/);
  });

  it('decodes encoded words and quoted-printable', async () => {
    const mail = await readMail(
      message(
        'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'caf=C3=A9 o=',
        'pen',
      ),
    );
    expect(mail).toMatchObject({ subject: 'Grüße', body: expect.stringContaining('café open') });
  });

  it('prefers the plain part of a message with two', async () => {
    const mail = await readMail(
      message(
        'Content-Type: multipart/alternative; boundary=cut',
        '',
        '--cut',
        'Content-Type: text/plain',
        '',
        'plain words',
        '--cut',
        'Content-Type: text/html',
        '',
        '<p>html words</p>',
        '--cut--',
      ),
    );
    expect(mail.body.trim()).toBe('plain words');
  });

  it('reads what a browser would show of a message in HTML only', async () => {
    const html =
      '<style>p {color: red}</style><p>Get it fr<b>ee</b>&nbsp;today</p><p>Click<br>here</p><script>x()</script>';
    const { body } = await readMail(message('Content-Type: text/html', '', html));
    expect(body.replace(/\s+/g, ' ').trim()).toBe('Get it free today Click here');
  });

  it('makes empty strings of an empty message', async () => {
    expect(await readMail('')).toEqual({ subject: '', body: '' });
  });
});
