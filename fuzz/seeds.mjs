// Inputs that a fuzzer begins with: one of each form that its parser knows, so that it need not find
// them itself.
//
//   node fuzz/seeds.mjs TARGET FOLDER
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// fields.cpp takes the header from the first byte, resp.cpp the place of the cut, head.cpp it from two;
// gateway_answer.cpp from two, and from the third whether it is one to HEAD and whether the connection ends.
const byte = (number) => String.fromCharCode(number);
const cut = (at, lines) => byte(at >> 8) + byte(at & 255) + lines.join('\r\n');
const answer = (how, lines) => byte(0) + byte(20) + byte(how) + lines.join('\r\n');
const form = 'Content-Type: application/x-www-form-urlencoded';

export const seeds = {
  gateway_answer: [
    answer(0, ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Connection: close, X-Hop', 'X-Hop: 1', '', 'hello']),
    answer(0, ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '5;x=y', 'hello', '0', 'T: 1', '', '']),
    answer(2, ['HTTP/1.0 200 OK', 'Content-Type: text/plain', '', 'until the end']),
    answer(1, ['HTTP/1.1 304 Not Modified', 'ETag: "a"', 'Content-Length: 9', '', '']),
    answer(0, ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', '', 'frames']),
    answer(0, ['HTTP/1.1 200 OK', 'X: a', ' folded', 'Content-Length: 1', 'Content-Length: 2', '', '']),
  ],
  http_fields: [
    `${byte(0)}a=1; b="two"; __Host-a=x`, `${byte(0)}b=;a=`,
    `${byte(1)}br;q=0.8, gzip;q=1.0, *;q=0`, `${byte(1)}identity;q=0`,
    `${byte(2)}00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`,
    `${byte(3)}203.0.113.7, 10.1.2.3`, `${byte(3)}"[2001:db8::1]:443", unknown, ::ffff:10.0.0.1`,
    `${byte(4)}"a", W/"b", *`,
  ],
  http_form: ['a=1&b=two+words&c=%C3%A9', 'a&=b&a=%00', '%zz=1', '&&&', Array.from({ length: 201 }, (_, i) => `f${i}=`).join('&')],
  http_json_form: ['{"a":"1","b":2,"c":true,"d":null,"e":["x","y"]}', '[]', '{"a":{}}', '{"a":[["x"]]}', '{"a":"\\u0000"}', '{"a":0.5}'],
  http_head: [
    cut(20, ['GET /t/acme?q=1 HTTP/1.1', 'Host: example.com', 'Cookie: a=1', '', '']),
    cut(60, ['POST /login HTTP/1.1', 'Host: example.com', form, 'Content-Length: 9', '', 'email=a@b']),
    cut(90, ['POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', '', '5;x=y', 'hello', '0', 'Trailer: b', '', '']),
    cut(3, ['GET http://example.com:80/a%20b HTTP/1.0', '', 'GET / HTTP/1.1', 'Host: a', '', '']),
    cut(0, ['OPTIONS * HTTP/1.1', 'Host: a', 'Expect: 100-continue', 'Content-Length: 1', '', 'x']),
    cut(9, ['GET / HTTP/2.0', 'Host: a', ' folded', 'Content-Length: 1', 'Content-Length: 2', '', '']),
  ],
  http_target: ['/', '*', '/a/b%20c?d=e#f', 'https://example.com:443/a?b', '/a/%2e%2e/b', '//a', '/a%2fb', '/%C3%A9', '/a\\b'],
  people_file: [
    ...[
      '$2b$10$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq', '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$Y7KcSHYIMZW3GyFteW3',
      'scrypt$1024$8$1$MDEyMzQ1$Y7KcSHYIMZW3GyFteW3+nVBG5DWLVQtBxdu2meFlQB4=', 'pbkdf2_sha256$1000$salt$Y7KcSHYIMZW3GyFteW3+nVBG5DWLVQtBxdu2meFlQB4=',
      '$argon2id$v=19$m=8192,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$BVTCH9uSf4jFGkzTDYubNImcT/Mi5LBtlnEyM+9+lGE',
    ].map((hash) => `type,external_id,email,password_hash\r\nperson,u1,ada@example.com,"${hash}"\r\n`),
    'type,external_id,name,slug,organisation,person,role\norganisation,o1,"Acme ""one"", Ltd",acme,,,\nmembership,,,,o1,u1,owner\n',
    '{"type":"person","external_id":"u1","email":"ada@example.com","email_verified":true,"name":null}\n{"type":"membership","organisation":"o1","person":"u1","role":"viewer"}',
  ],
  resp: [
    '+OK\r\n', '-ERR wrong\r\n', ':42\r\n', '$5\r\nhello\r\n', '$-1\r\n', '*2\r\n:1\r\n$1\r\na\r\n', '_\r\n', '#t\r\n',
    ',1.5\r\n', '!5\r\nERR a\r\n', '%1\r\n+a\r\n:1\r\n', '~1\r\n:1\r\n', '>2\r\n+invalidate\r\n*1\r\n$1\r\na\r\n', '(12345678901234567890\r\n',
    '=7\r\ntxt:abc\r\n', '*1\r\n*1\r\n*1\r\n_\r\n',
  ].flatMap((reply) => [byte(0) + reply, byte(3) + reply]),
  stripe_form: [
    'items[0][price]=price_1&items[0][quantity]=2', 'items[][price]=a&items[][price]=b', 'metadata[plan]=pro&expand[]=customer&limit=3',
    'a[b][c][d][e][f][g][h][i]=1', 'a=1&a[b]=2', '%5B%5D=%', '[a]=b', 'a[=b]',
  ],
  templates: [
    '<h1>{{name}}</h1>{{#rows}}<p title="{{item}}">{{item}}</p>{{/rows}}{{#rows_not}}{{>row}}{{/rows_not}}\n',
    '<a href="{{url}}" class="a{{#a}} b{{/a}}">{{b}}</a><img src="{{url}}" alt=""><input{{>STATE}}>\n',
    '<form method="post" action="{{url}}">{{>CSRF}}<textarea name="t">{{title:pre_escape}}</textarea></form>\n',
    '<!-- {{name}} --><title>{{title}}</title><svg><use href="{{url}}"/></svg>{{! a }}\n',
    `<p data-json='{"a":"{{name}}"}' hx-get="{{url}}" hx-headers='{"X":"{{csrf_token}}"}'>a &amp; b < c</p>\n`,
    '<script src="{{url}}" defer></script><template>{{name}}</template><p title={{name}} {{name}} onclick="f(\'{{name}}\')">\n',
    '{{name:none}}{{=| |=}}{{#a}}{{/b}}{{>nope}}{{', '{{title}} {{#rows}}\n{{item}}\n{{/rows}}\n',
  ],
};

// Bytes as they are: a text of ours holds only what Latin-1 has.
export function writeSeeds(target, folder) {
  mkdirSync(folder, { recursive: true });
  seeds[target].forEach((seed, i) => writeFileSync(join(folder, `seed-${i}`), Buffer.from(seed, 'latin1')));
}

if (realpathSync(process.argv[1]) === import.meta.filename) writeSeeds(process.argv[2], process.argv[3]);
