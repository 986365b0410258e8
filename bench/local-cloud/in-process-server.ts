import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { LambdaResult } from '../handler/check-answer.ts';
import { inferEvent } from '../measure/proxy-event.ts';

/**
 * The handler without a sandbox: a web server that makes the event and calls the shipped bundle in
 * its own process. What the local cloud takes beyond this is the price of being faithful.
 *
 *   node in-process-server.ts <index.js> <model> <port>
 */
const [, , handlerFile = '', model = '', port = ''] = process.argv;
const { handler } = createRequire(import.meta.filename)(handlerFile) as {
  handler: (event: unknown, context: unknown) => Promise<LambdaResult>;
};

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const headers = request.headers as Record<string, string>;
    const event = inferEvent(model, { body: Buffer.concat(chunks), headers });
    const context = { awsRequestId: 'in-process', getRemainingTimeInMillis: () => 30_000 };
    const result = await handler(event, context);
    const body = Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8');
    response.writeHead(result.statusCode, { ...result.headers, 'content-length': body.length });
    response.end(body);
  });
}).listen(Number(port), '127.0.0.1', () => process.stderr.write('listening\n'));
