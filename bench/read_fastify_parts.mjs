// What the routes of read_fastify.mjs stand on: PostgreSQL with the program's roles, Redis with the rate
// limit's script, who a key or a session is, and a page of a template.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import pg from 'pg';
import { createClient, defineScript } from 'redis';

// One bucket of the generic cell rate algorithm, decided in Redis.
const take = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local t = redis.call('TIME')
    local now = t[1] * 1000000 + t[2]
    local increment, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
    local tat = math.min(math.max(tonumber(redis.call('GET', KEYS[1])) or 0, now), now + tolerance)
    if tat + increment - tolerance > now then return {0, now, tat} end
    tat = tat + increment
    redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
    return {1, now, tat}`,
  parseCommand(parser, key, increment, tolerance) {
    parser.pushKey(key);
    parser.push(String(increment), String(tolerance));
  },
  transformReply: (reply) => reply.map(Number),
});

export function typeId(prefix, uuid) {
  const letters = '0123456789abcdefghjkmnpqrstvwxyz';
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; ++i, bits >>= 5n) text = letters[Number(bits & 31n)] + text;
  return `${prefix}_${text}`;
}

// PostgreSQL's own text keeps the microseconds that a Date would lose, but drops zeros at their end.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => {
  const [, day, time, micros] = text.match(/^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/);
  return micros ? `${day}T${time}.${micros.padEnd(6, '0')}Z` : `${day}T${time}Z`;
});

export async function connect(database, redisSocket) {
  const pools = Object.fromEntries(['control', 'app', 'auth'].map((role) => [role, new pg.Pool({
    host: database, port: 5432, user: `fh_${role}`, database: 'freehold', max: 8, options: '-c timezone=UTC',
  })]));
  const redis = createClient({ socket: { path: redisSocket }, scripts: { take } });
  await redis.connect();

  async function query(role, name, text, values) {
    const { rows } = await pools[role].query({ name, text, values });
    return rows;
  }

  // Runs `work` in a transaction of the tenant, which is bound as $1 of each of its statements.
  async function inTenant(role, tenant, work, { writes = false } = {}) {
    const client = await pools[role].connect();
    try {
      await client.query(writes ? 'begin' : 'begin read only');
      await client.query({ name: 'enter', text: 'select fh.enter($1)', values: [tenant] });
      const result = await work(async (name, text, values = []) => {
        const { rows } = await client.query({ name, text, values: [tenant, ...values] });
        return rows;
      });
      await client.query('commit');
      return result;
    } catch (failure) {
      await client.query('rollback');
      throw failure;
    } finally {
      client.release();
    }
  }
  return { query, inTenant, redis };
}

// What was found is believed for a second.
function remembering(find) {
  const known = new Map();
  return async (key, ...more) => {
    const remembered = known.get(key);
    if (remembered && remembered.until > Date.now()) return remembered.row;
    const row = await find(key, ...more);
    known.set(key, { row, until: Date.now() + 1000 });
    return row;
  };
}

export function callers({ query }) {
  const findKey = remembering(async (lookup) => (await query('control', 'find_key', 'select * from access.find_key($1)', [lookup]))[0]);
  const findSession = remembering(async (hash) => (await query('auth', 'find_session', `
    select s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at
      from identity.session s
      join identity.account a on a.user_id = s.user_id and a.state = 'active'
     where s.secret_hash = $1 and s.revoked_at is null`, [Buffer.from(hash, 'base64')]))[0]);
  const findBelonging = remembering(async (key, slug, user) => (await query('control', 'belonging',
    'select * from tenancy.find_belonging($1, $2)', [slug, user]))[0]);

  async function byKey(request) {
    const text = request.headers.authorization?.match(/^Bearer fh_ak_live_([a-z0-9]{12})_([\w-]{43})_\w{6}$/);
    const row = text && await findKey(text[1]);
    const hash = text && createHash('sha256').update(text[2]).digest();
    return row && !row.revoked_at && timingSafeEqual(hash, row.secret_hash) ? row : null;
  }

  async function bySession(request) {
    const secret = request.headers.cookie?.match(/(?:^|; )fh_sid=([\w-]{43})/)?.[1];
    const session = secret && await findSession(createHash('sha256').update(secret).digest('base64'));
    if (!session || Date.parse(session.expires_at) < Date.now()) return null;
    const { slug } = request.params;
    const belonging = await findBelonging(`${slug} ${session.user_id}`, slug, session.user_id);
    const csrf = createHmac('sha256', secret).update('freehold forms of a session').digest('base64url');
    return belonging ? { ...belonging, user_id: session.user_id, csrf } : null;
  }
  return { byKey, bySession };
}

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character]);

// "Hello {{name}}" as a function of its values: the quickest that there is in JavaScript.
export function compile(template) {
  const parts = template.split(/\{\{(\w+)\}\}/);
  return (values) => {
    let text = parts[0];
    for (let i = 1; i < parts.length; i += 2) text += escaped(values[parts[i]]) + parts[i + 1];
    return text;
  };
}
