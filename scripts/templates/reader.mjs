// Reads a template as HTML with markers in it: tags with their attributes, runs of text, and markers
// with the place they stand in. It follows the same states as ctemplate's own parser, so that what
// the rules see is what decides how a value is escaped.

const rawElements = new Set(['script', 'style', 'textarea', 'title']);
const space = /\s/;

// {tags, texts, markers}. A place is {where, tag, attribute, quote}; `where` is text, tag (between a
// tag's name and its end), value (of an attribute), comment or raw (script, style, textarea, title).
export function readTemplate(source) {
  const reader = {
    source, at: 0, line: 1, where: 'text', tag: null, attribute: null, quote: '', raw: '',
    tags: [], texts: [], markers: [], text: '', textLine: 1, name: null,
  };
  while (reader.at < source.length) {
    if (source.startsWith('{{', reader.at)) readMarker(reader);
    else readCharacter(reader);
  }
  endText(reader);
  return { tags: reader.tags, texts: reader.texts, markers: reader.markers };
}

function advance(reader, count) {
  for (let i = 0; i < count; i += 1) if (reader.source[reader.at + i] === '\n') reader.line += 1;
  reader.at += count;
}

function place({ where, tag, attribute, quote, raw }) {
  return {
    where, tag: raw || (tag?.name ?? null),
    attribute: where === 'value' ? attribute.name : null, quote: where === 'value' ? quote : '',
  };
}

function readMarker(reader) {
  const end = reader.source.indexOf('}}', reader.at);
  const stop = end < 0 ? reader.source.length : end + 2;
  const inside = reader.source.slice(reader.at + 2, end < 0 ? stop : end);
  const kind = /^[#/>!%=]/.test(inside) ? inside[0] : '';
  const [name, ...modifiers] = inside.slice(kind.length).split(':');
  if (reader.where === 'tag' && reader.awaitsValue) startValue(reader, '');
  if (reader.where === 'text') addText(reader, ' ');
  const marker = { kind, name, modifiers, line: reader.line, closed: end >= 0, place: place(reader) };
  reader.markers.push(marker);
  if (reader.where === 'value') {
    reader.attribute.value += `{{${inside}}}`;
    reader.attribute.markers.push(marker);
  }
  if (reader.where === 'tag' && kind === '') marker.place.where = 'markup';
  if (reader.where === 'tag' && reader.name !== null) endName(reader);
  advance(reader, stop - reader.at);
}

function readCharacter(reader) {
  if (reader.where === 'text') inText(reader);
  else if (reader.where === 'comment') inComment(reader);
  else if (reader.where === 'raw') inRaw(reader);
  else if (reader.where === 'value') inValue(reader);
  else inTag(reader);
}

function inText(reader) {
  const { source, at } = reader;
  if (source.startsWith('<!--', at)) {
    endText(reader);
    reader.where = 'comment';
    advance(reader, 4);
    return;
  }
  const open = /^<(\/?)([a-zA-Z][\w:-]*|![a-zA-Z]+)/.exec(source.slice(at, at + 64));
  if (!open) {
    addText(reader, source[at]);
    advance(reader, 1);
    return;
  }
  endText(reader);
  reader.tag = { name: open[2].toLowerCase(), closing: open[1] === '/', attributes: [], line: reader.line };
  reader.where = 'tag';
  reader.name = null;
  reader.awaitsValue = false;
  advance(reader, open[0].length);
}

function addText(reader, text) {
  if (reader.text === '') reader.textLine = reader.line;
  reader.text += text;
}

function endText(reader) {
  if (reader.text.trim() !== '') reader.texts.push({ text: reader.text, line: reader.textLine });
  reader.text = '';
}

function inComment(reader) {
  if (!reader.source.startsWith('-->', reader.at)) return advance(reader, 1);
  reader.where = 'text';
  advance(reader, 3);
}

// Inside <script> and its like only their own end tag ends them.
function inRaw(reader) {
  const end = `</${reader.raw}`;
  if (reader.source.slice(reader.at, reader.at + end.length).toLowerCase() === end) {
    reader.where = 'text';
    reader.raw = '';
    return;
  }
  if (!space.test(reader.source[reader.at])) reader.tags.at(-1).content = true;
  advance(reader, 1);
}

function inTag(reader) {
  const character = reader.source[reader.at];
  if (character === '>') {
    if (reader.name !== null) endName(reader);
    endTag(reader);
  } else if (reader.awaitsValue && /["']/.test(character)) {
    startValue(reader, character);
  } else if (reader.awaitsValue && !space.test(character)) {
    startValue(reader, '');
    return;
  } else if (character === '=' && reader.name !== null) {
    endName(reader);
    reader.awaitsValue = true;
  } else if (space.test(character) || character === '/') {
    if (reader.name !== null) endName(reader);
  } else {
    reader.name = (reader.name ?? '') + character;
  }
  advance(reader, 1);
}

function endName(reader) {
  reader.attribute = { name: reader.name.toLowerCase(), value: '', quote: '', markers: [], line: reader.line };
  reader.tag.attributes.push(reader.attribute);
  reader.name = null;
}

function startValue(reader, quote) {
  reader.awaitsValue = false;
  reader.where = 'value';
  reader.quote = quote;
  reader.attribute.quote = quote;
}

function inValue(reader) {
  const character = reader.source[reader.at];
  const unquotedEnd = reader.quote === '' && (space.test(character) || character === '>');
  if (unquotedEnd || character === reader.quote) {
    reader.where = 'tag';
    if (!unquotedEnd) advance(reader, 1);
    return;
  }
  reader.attribute.value += character;
  advance(reader, 1);
}

function endTag(reader) {
  const { tag } = reader;
  reader.tags.push(tag);
  reader.tag = null;
  reader.where = 'text';
  if (tag.closing || !rawElements.has(tag.name)) return;
  reader.where = 'raw';
  reader.raw = tag.name;
}
