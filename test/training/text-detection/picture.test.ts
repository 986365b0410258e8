import { describe, expect, it } from 'vitest';
import { boxOf, drawPicture, tensorOf } from '../../../training/text-detection/picture.ts';
import { glyphOf, glyphSize, letters } from '../../../training/text-detection/pixel-font.ts';

describe('drawPicture', () => {
  it('puts the ink of a word into its box and nowhere else', () => {
    const word = { text: 'SISKIN', x: 5, y: 6, dot: 2 };
    const { pixels, width } = drawPicture(96, 32, [word]);
    const inked = [...pixels].flatMap((grey, at) =>
      grey < 128 ? [[at % width, Math.floor(at / width)] as const] : [],
    );
    const columns = inked.map(([x]) => x);
    const rows = inked.map(([, y]) => y);
    const box = boxOf(word);
    expect(Math.min(...columns)).toBe(box.left);
    expect(Math.max(...columns)).toBe(box.right - 1);
    expect(Math.min(...rows)).toBe(box.top);
    expect(Math.max(...rows)).toBe(box.bottom - 1);
  });

  it('gives three channels, normalized as the model was trained', () => {
    const tensor = tensorOf(drawPicture(32, 32, []));
    expect(tensor).toHaveLength(3 * 32 * 32);
    expect([tensor[0], tensor[1024], tensor[2048]]).toEqual([2.249, 2.429, 2.64]);
  });
});

describe('glyphOf', () => {
  it('has seven rows of five dots for every letter', () => {
    for (const letter of letters) {
      const glyph = glyphOf(letter);
      expect(glyph).toHaveLength(glyphSize.height);
      for (const row of glyph) expect(row).toHaveLength(glyphSize.width);
    }
  });

  it('says which letters there are when one is missing', () => {
    expect(() => glyphOf('Ä')).toThrow('No glyph for "Ä"; there are: 026ABDEIKNORST');
  });
});
