import { type CollectionTag, Pair, Scalar, type ScalarTag, YAMLMap } from 'yaml';

const names: Readonly<Record<string, string>> = {
  '!And': 'Fn::And',
  '!Base64': 'Fn::Base64',
  '!Condition': 'Condition',
  '!Equals': 'Fn::Equals',
  '!FindInMap': 'Fn::FindInMap',
  '!GetAZs': 'Fn::GetAZs',
  '!GetAtt': 'Fn::GetAtt',
  '!If': 'Fn::If',
  '!ImportValue': 'Fn::ImportValue',
  '!Join': 'Fn::Join',
  '!Not': 'Fn::Not',
  '!Or': 'Fn::Or',
  '!Ref': 'Ref',
  '!Select': 'Fn::Select',
  '!Split': 'Fn::Split',
  '!Sub': 'Fn::Sub',
};

/** YAML's short forms of intrinsic functions: `!Sub x` is `{Fn::Sub: x}`. */
export const shortForms = Object.entries(names).flatMap(([tag, name]) => {
  const scalar: ScalarTag = { tag, resolve: (text) => ({ [name]: text }) };
  const list: CollectionTag = {
    tag,
    collection: 'seq',
    resolve: (items) => {
      const map = new YAMLMap();
      map.items.push(new Pair(new Scalar(name), items));
      return map;
    },
  };
  return [scalar, list];
});
