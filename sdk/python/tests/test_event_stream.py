"""The reader of server-sent events, fed whole, byte by byte and with what the format allows."""

import unittest

from freehold.errors import FreeholdError
from freehold.event_stream import EventStreamReader, Message

STREAM = (
    "\ufeffretry: 1500\n\n"
    ": a comment\n"
    'id: 1\nevent: entitlements\ndata: {"name":\ndata:  "Åsa"}\n\n'
    "data:no space\r\n\r\n"
    "event: empty\nid: 2\n\n"
    "id: a\0b\nid\nretry: soon\ncolour: green\ndata\n\n"
    "data: never ended"
).encode()
MESSAGES = [
    Message("entitlements", '{"name":\n "Åsa"}', "1"),
    Message("message", "no space", None),
    Message("message", "", ""),
]


class Reader(unittest.TestCase):
    def test_messages_are_read_whole(self):
        reader = EventStreamReader()
        self.assertEqual(reader.read(STREAM), MESSAGES)
        self.assertEqual(reader.retry, 1.5)

    def test_messages_are_read_wherever_the_bytes_are_parted(self):
        reader = EventStreamReader()
        self.assertEqual([message for byte in STREAM for message in reader.read(bytes([byte]))], MESSAGES)

    def test_a_message_without_an_end_does_not_fill_the_memory(self):
        for chunk in (b"a" * 1_000_000, b"data: " + b"a" * 1_000_000 + b"\n"):
            reader = EventStreamReader()
            with self.assertRaises(FreeholdError):
                for _ in range(8):
                    reader.read(chunk)


if __name__ == "__main__":
    unittest.main()
