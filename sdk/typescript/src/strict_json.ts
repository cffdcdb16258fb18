// JSON as signed tokens must have it. JSON.parse takes the last of two members of one name where
// another reader takes the first, so that two readers of one signed text would not read the same.

/** The object that the bytes are; undefined when they are none, or name a member twice. */
export function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return hasTwin(text) ? undefined : (value as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

// Whether any object of this well-formed text names a member twice. A string before a colon is a name.
function hasTwin(text: string): boolean {
  const objects: Set<string>[] = [];
  let last = '';
  for (const [part] of text.matchAll(token)) {
    if (part === '{' || part === '[') objects.push(new Set());
    else if (part === '}' || part === ']') objects.pop();
    else if (part === ':') {
      const names = objects.at(-1)!;
      const name = JSON.parse(last) as string;
      if (names.has(name)) return true;
      names.add(name);
    }
    last = part;
  }
  return false;
}
