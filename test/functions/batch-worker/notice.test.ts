import { describe, expect, it } from 'vitest';
import { grace, Notice, watchSpotNotice } from '../../../functions/batch-worker/notice.ts';

describe('A notice', () => {
  it('leaves time to finish, and never more than was said first', () => {
    let time = 0;
    const notice = new Notice(() => time);
    expect([notice.isNoticed, notice.isOver]).toEqual([false, false]);
    notice.give(grace.sigterm);
    expect([notice.isNoticed, notice.isOver]).toEqual([true, false]);
    notice.give(grace.spot);
    time = grace.sigterm;
    expect(notice.isOver).toBe(true);
  });
});

describe('The watch for a spot notice', () => {
  const watch = async (answers: readonly (() => Response)[]) => {
    let asked = 0;
    let waits = 0;
    let noticed = false;
    const signal = new AbortController().signal;
    const fetch = async () => (answers[asked++] ?? (() => new Response('', { status: 500 })))();
    await watchSpotNotice({
      fetch,
      signal,
      wait: async () => {
        waits += 1;
      },
      onNotice: () => {
        noticed = true;
      },
    });
    return { asked, waits, noticed };
  };
  const token = () => new Response('token');
  const none = () => new Response('', { status: 404 });

  it('asks until the machine is to be taken away', async () => {
    const action = () => Response.json({ action: 'terminate' });
    expect(await watch([token, none, token, none, token, action])).toEqual({
      asked: 6,
      waits: 2,
      noticed: true,
    });
  });

  it('ends where nobody answers', async () => {
    const nobody = () => {
      throw new TypeError('fetch failed');
    };
    expect(await watch([nobody])).toEqual({ asked: 1, waits: 0, noticed: false });
    expect(await watch([none])).toEqual({ asked: 1, waits: 0, noticed: false });
  });
});
