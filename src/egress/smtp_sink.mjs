// A real mail server for the tests. Prints its port, then each mail it takes as a line of JSON.
// smtp_sink.mjs starttls|implicit CERTIFICATE KEY
import { readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const [mode, certificate, key] = process.argv.slice(2);
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const server = new SMTPServer({
  secure: mode === 'implicit',
  cert: readFileSync(certificate),
  key: readFileSync(key),
  authOptional: true,
  onAuth({ username, password }, session, done) {
    if (password === 'right') done(null, { user: username });
    else done(new Error('wrong password'));
  },
  onData(stream, session, done) {
    simpleParser(stream).then((mail) => {
      const header = (name) => mail.headers.get(name);
      print({
        secure: session.secure,
        user: session.user ?? null,
        ehlo: session.hostNameAppearsAs,
        envelope: [session.envelope.mailFrom.address, ...session.envelope.rcptTo.map((to) => to.address)],
        from: mail.from.value,
        to: mail.to.value,
        replyTo: mail.replyTo?.value ?? null,
        subject: mail.subject,
        date: mail.date.toISOString(),
        messageId: mail.messageId,
        unsubscribe: header('list')?.unsubscribe?.url ?? null,
        text: mail.text,
        html: mail.html,
      });
      done();
    }, done);
  },
});
server.on('error', () => {});  // a client that hangs up during the handshake
server.listen(0, '127.0.0.1', () => print(server.server.address().port));
