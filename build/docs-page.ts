import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { prebuilt } from './project.ts';

/**
 * The reference page at /docs: Swagger UI in one file that loads nothing from elsewhere. The page is
 * open, since a browser cannot send a header with it, and knows nothing: it asks for the API key and
 * fetches the interface with it. `/docs#key` hands the key over without sending it to any server.
 */
export function docsPage(): string {
  const file = prebuilt('docs-page.html');
  return file ? readFileSync(file, 'utf8') : makeDocsPage();
}

function makeDocsPage(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Siskin: interface</title>
<style>${read('swagger-ui.css')}</style>
<style>${style}</style>
</head>
<body>
<form id="access">
  <label for="key">API key</label>
  <input id="key" type="password" autocomplete="current-password" required>
  <button>Show the interface</button>
  <output id="problem" role="alert"></output>
</form>
<div id="interface"></div>
<script>${inlineScript(read('swagger-ui-bundle.js'))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Keeps a script's own text from ending the element that holds it. */
function inlineScript(text: string): string {
  return text.replaceAll('</script', '<\\/script');
}

const style = `
body { margin: 0; }
#access { font: 16px/1.5 system-ui, sans-serif; display: flex; flex-wrap: wrap; gap: .75rem;
  align-items: center; padding: 1rem 20px; border-bottom: 1px solid #ddd; }
#access[hidden] { display: none; }
#access input, #access button { font: inherit; padding: .3rem .6rem; }
#problem { color: #b00020; }
.swagger-ui .info { margin: 24px 0; }
`;

/** Relative addresses, so that the page works below a stage name as well. */
const script = `
const access = document.getElementById('access');
const problem = document.getElementById('problem');
async function show(key) {
  problem.textContent = '';
  const answer = await fetch('openapi.json', { headers: { 'x-api-key': key } });
  const spec = await answer.json();
  if (!answer.ok) { problem.textContent = spec.error || 'Status ' + answer.status; return; }
  spec.servers = [{ url: new URL('.', location.href).href.replace(/\\/$/, '') }];
  access.hidden = true;
  SwaggerUIBundle({
    domNode: document.getElementById('interface'),
    spec,
    deepLinking: false,
    validatorUrl: null,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    requestInterceptor(request) { request.headers['x-api-key'] = key; return request; },
  });
}
access.addEventListener('submit', (event) => {
  event.preventDefault();
  show(document.getElementById('key').value);
});
const given = decodeURIComponent(location.hash.slice(1));
if (given) show(given);
`;
