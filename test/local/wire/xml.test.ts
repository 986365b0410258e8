import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { element } from '../../../local/wire/xml.ts';

test('lists hold members, maps hold entries, times are ISO', () => {
  const content = { List: ['a', 'b'], At: new Date(0), Map: new Map([['k', 1]]), None: undefined };
  expect(element('R', content)).toBe(
    '<R><List><member>a</member><member>b</member></List><At>1970-01-01T00:00:00.000Z</At>' +
      '<Map><entry><key>k</key><value>1</value></entry></Map></R>',
  );
});

test('any text makes a document that can be read, and plain text comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(XMLValidator.validate(element('R', text))).toBe(true);
    }),
  );
  const plain = `<a href="x">&amp; 'b'</a>`;
  const parser = new XMLParser({ trimValues: false });
  expect(parser.parse(element('R', plain)).R).toBe(plain);
});
