// Answers as Freehold gives them.

export function problem(status, code, detail, headers = {}, more = {}) {
  return { status, headers, body: { type: 'about:blank', title: code, status, code, detail, ...more } };
}

export function notFound(what) {
  return problem(404, 'not_found', `There is no such ${what}.`);
}
