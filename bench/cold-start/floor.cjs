/*
 * The least that any such function must do: Node, onnxruntime's binding, a session, one run. Written
 * like environment.cjs, which it is compared with.
 *
 *   node floor.cjs <model.onnx> <tensor.json>
 */
const { readFileSync, writeSync } = require('node:fs');

const [, , modelFile, tensorFile] = process.argv;
const { binding, initOrt } = require('onnxruntime-node/dist/binding.js');
initOrt();
const session = new binding.InferenceSession();
session.loadModel(modelFile, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const { name, shape, data } = JSON.parse(readFileSync(tensorFile, 'utf8'));
const tensor = { type: 'float32', data: Float32Array.from(data), dims: shape, location: 'cpu' };
const output = session.outputMetadata.at(-1).name;
const outputs = session.run({ [name]: tensor }, { [output]: null }, {});
const { user, system } = process.cpuUsage();
writeSync(
  3,
  JSON.stringify({ cpuMicros: user + system, scores: Array.from(outputs[output].data) }),
);
process.stdin.resume().on('end', () => process.exit(0));
