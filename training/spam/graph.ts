import { buildOnnx } from '../onnx/onnx-writer.ts';
import type { LinearModel } from './logistic-regression.ts';
import { tokenPattern } from './tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The whole way from raw text to the answer as one graph:
 * small letters, tokens, terms weighted by rarity, length 1, linear classifier.
 */
export function spamGraph(vocabulary: Vocabulary, { weights, bias }: LinearModel): Uint8Array {
  return buildOnnx({
    domains: { 'ai.onnx.ml': 3, 'com.microsoft': 1 },
    inputs: [{ name: 'text', datatype: 'BYTES', shape: ['batch'] }],
    outputs: [
      { name: 'label', datatype: 'BYTES', shape: ['batch'] },
      { name: 'probability', datatype: 'FP32', shape: ['batch'] },
    ],
    nodes: [
      ...textToTerms(vocabulary),
      {
        op: 'Normalizer',
        domain: 'ai.onnx.ml',
        inputs: ['terms'],
        outputs: ['unit'],
        attributes: { norm: { string: 'L2' } },
      },
      {
        op: 'LinearClassifier',
        domain: 'ai.onnx.ml',
        inputs: ['unit'],
        outputs: ['label', 'classes'],
        // Half of the score for spam and half against ham: its softmax is the logistic function.
        attributes: {
          classlabels_strings: { strings: ['ham', 'spam'] },
          coefficients: { floats: [...weights.map((w) => -w / 2), ...weights.map((w) => w / 2)] },
          intercepts: { floats: [-bias / 2, bias / 2] },
          post_transform: { string: 'SOFTMAX' },
        },
      },
      {
        op: 'Gather',
        inputs: ['classes', 'spam_column'],
        outputs: ['probability'],
        attributes: { axis: { int: 1 } },
      },
    ],
    initializers: [
      { name: 'spam_column', datatype: 'INT64', shape: [], data: new BigInt64Array([1n]) },
    ],
  });
}

function textToTerms({ terms, rarity, words }: Vocabulary) {
  return [
    {
      op: 'StringNormalizer',
      inputs: ['text'],
      outputs: ['lower'],
      // The default locale, en_US.UTF-8, is missing in small images, and the model would not load.
      attributes: { case_change_action: { string: 'LOWER' }, locale: { string: 'C' } },
    },
    {
      op: 'Tokenizer',
      domain: 'com.microsoft',
      inputs: ['lower'],
      outputs: ['tokens'],
      attributes: {
        mark: { int: 0 },
        mincharnum: { int: 1 },
        // Fills up the rows of shorter texts; no token, so it counts for nothing.
        pad_value: { string: '#' },
        tokenexp: { string: tokenPattern },
      },
    },
    {
      op: 'TfIdfVectorizer',
      inputs: ['tokens'],
      outputs: ['terms'],
      attributes: {
        // IDF: a term that occurs counts its weight once.
        mode: { string: 'IDF' },
        min_gram_length: { int: 1 },
        max_gram_length: { int: 2 },
        max_skip_count: { int: 0 },
        // Words begin at 0 in the pool, pairs behind them.
        ngram_counts: { ints: [0, words] },
        ngram_indexes: { ints: terms.map((_, column) => column) },
        pool_strings: { strings: terms.flatMap((term) => term.split(' ')) },
        weights: { floats: [...rarity] },
      },
    },
  ];
}
