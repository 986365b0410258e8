import { Tags } from 'aws-cdk-lib';
import { synthesizeFromContext } from 'siskin';

// Every model below model-artifacts/ becomes a stack of its own, beside the platform and the API.
// `cdk` and `siskin` run this file; the exit code says whether something is wrong.
process.exitCode = await synthesizeFromContext((app) => {
  // What Siskin made is at hand: app.platform, app.models, app.api. Stacks of your own have their
  // place here too: new MyStack(app, 'my-stack').
  Tags.of(app).add('project', 'models');
});
