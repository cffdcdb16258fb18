// The reader of server-sent events, fed whole, byte by byte and with what the format allows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStreamReader } from '../dist/event_stream.js';

const stream = [
  '\ufeffretry: 1500\n\n', ': a comment\n', 'id: 1\nevent: entitlements\ndata: {"name":\ndata:  "Åsa"}\n\n',
  'data:no space\r\n\r\n', 'event: empty\nid: 2\n\n', 'id: a\0b\nid\nretry: soon\ncolour: green\ndata\n\n', 'data: never ended',
].join('');
const messages = [
  { event: 'entitlements', data: '{"name":\n "Åsa"}', id: '1' }, { event: 'message', data: 'no space' }, { event: 'message', data: '', id: '' },
];

test('messages are read whole', () => {
  const reader = new EventStreamReader();
  assert.deepEqual(reader.read(Buffer.from(stream)), messages);
  assert.equal(reader.retry, 1500);
});

test('messages are read wherever the bytes are parted', () => {
  const reader = new EventStreamReader();
  assert.deepEqual([...Buffer.from(stream)].flatMap((byte) => reader.read(Buffer.of(byte))), messages);
});

test('a message without an end does not fill the memory', () => {
  const reader = new EventStreamReader();
  const chunk = Buffer.alloc(1024 * 1024, 'a');
  assert.throws(() => { for (let i = 0; i < 8; ++i) reader.read(chunk); }, { code: 'unexpected_answer' });
  const lines = new EventStreamReader();
  assert.throws(() => { for (let i = 0; i < 8; ++i) lines.read(Buffer.from(`data: ${chunk}\n`)); }, { code: 'unexpected_answer' });
});
