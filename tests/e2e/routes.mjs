// Which pages there are, by the golden file of routes, and which of them an address belongs to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const golden = join(import.meta.dirname, '../../docs/api/routes.txt');

// "product /t/{slug}/team": every address of a listener that a browser can open.
export function pageRoutes() {
  const routes = [];
  let listener;
  for (const line of readFileSync(golden, 'utf8').split('\n')) {
    if (line.startsWith('# ')) listener = line.includes('staff') ? 'staff' : 'product';
    const [method, path] = line.split(/\s+/);
    if (method === 'GET' && !/^\/(api|assets|brand)\//.test(path)) routes.push(`${listener} ${path}`);
  }
  return routes;
}

// The route that an address belongs to: of those that could match it the one with the fewest
// parameters, as in the program, where no two are equal.
export function routeOf(listener, path) {
  const parts = path.split('/');
  const matches = pageRoutes().filter((route) => {
    const [of, pattern] = route.split(' ');
    const wanted = pattern.split('/');
    return of === listener && wanted.length === parts.length
      && wanted.every((part, i) => part === parts[i] || (part.startsWith('{') && parts[i] !== ''));
  });
  const parameters = (route) => route.split('{').length;
  return matches.sort((a, b) => parameters(a) - parameters(b))[0];
}
