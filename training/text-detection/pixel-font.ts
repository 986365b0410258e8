/** Capitals and digits of five by seven dots, as on the displays of old instruments; # is ink. */
const glyphs: Readonly<Record<string, string>> = {
  A: '.###. #...# #...# ##### #...# #...# #...#',
  B: '####. #...# #...# ####. #...# #...# ####.',
  D: '####. #...# #...# #...# #...# #...# ####.',
  E: '##### #.... #.... ####. #.... #.... #####',
  I: '.###. ..#.. ..#.. ..#.. ..#.. ..#.. .###.',
  K: '#...# #..#. #.#.. ##... #.#.. #..#. #...#',
  N: '#...# ##..# #.#.# #..## #...# #...# #...#',
  O: '.###. #...# #...# #...# #...# #...# .###.',
  R: '####. #...# #...# ####. #.#.. #..#. #...#',
  S: '.#### #.... #.... .###. ....# ....# ####.',
  T: '##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..',
  0: '.###. #...# #..## #.#.# ##..# #...# .###.',
  2: '.###. #...# ....# ...#. ..#.. .#... #####',
  6: '.###. #.... #.... ####. #...# #...# .###.',
};

export const glyphSize = { width: 5, height: 7, advance: 6 } as const;

/** Rows of a character, top first; true is ink. */
export function glyphOf(character: string): readonly (readonly boolean[])[] {
  const glyph = glyphs[character];
  if (!glyph) throw new Error(`No glyph for "${character}"; there are: ${letters.join('')}`);
  return glyph.split(' ').map((row) => [...row].map((dot) => dot === '#'));
}

/** Characters that can be drawn. */
export const letters: readonly string[] = Object.keys(glyphs);
