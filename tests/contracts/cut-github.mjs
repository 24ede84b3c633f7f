// Cuts GitHub's OpenAPI description (13 MB) down to what Meshlift asks for, so that a mock server of it starts within seconds.
// usage: node cut-github.mjs api.github.com.json OUT.json
import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const whole = JSON.parse(readFileSync(from, 'utf8'));
const repository = '/repos/{owner}/{repo}';
const used = [
  '/app/installations/{installation_id}/access_tokens',
  ...['', '/pulls', '/pulls/{pull_number}', '/pulls/{pull_number}/merge', '/pulls/{pull_number}/requested_reviewers', '/pulls/{pull_number}/reviews',
    '/issues/{issue_number}/labels', '/issues/{issue_number}/comments', '/issues/comments/{comment_id}', '/commits/{ref}/check-runs', '/commits/{ref}/status',
  ].map(path => repository + path),
];

const cut = { openapi: whole.openapi, info: whole.info, paths: {}, components: {} };
const copied = new Set();
for (const path of used) {
  if (!whole.paths[path]) throw new Error(`the description has no ${path}`);
  cut.paths[path] = whole.paths[path];
  copyReferenced(whole.paths[path]);
  // The description lets unknown fields of a body through, and GitHub ignores them: a misspelt one would not be noticed.
  for (const operation of Object.values(whole.paths[path])) close(operation.requestBody?.content?.['application/json']?.schema);
}
writeFileSync(to, JSON.stringify(cut));

function copyReferenced(node) {
  if (node === null || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== '$ref' || typeof value !== 'string') copyReferenced(value);
    else if (!copied.has(value)) {
      copied.add(value);
      const [, section, name] = value.slice(2).split('/');
      (cut.components[section] ??= {})[name] = whole.components[section][name];
      copyReferenced(cut.components[section][name]);
    }
  }
}

function close(schema) {
  for (const one of [schema, ...(schema?.oneOf ?? []), ...(schema?.anyOf ?? [])])
    if (one?.properties && one.additionalProperties === undefined) one.additionalProperties = false;
}
