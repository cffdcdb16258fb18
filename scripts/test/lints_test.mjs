// Each lint has to go red. Every test shows a small repository and everything that is found in it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { asText } from '../lint/files.mjs';
import { checkIncludes } from '../lint/includes.mjs';
import { checkSql } from '../lint/sql.mjs';
import { checkStyle } from '../lint/style.mjs';

function found(check, files) {
  return asText(check(new Map(Object.entries(files))));
}

const tree = {
  'CMakeLists.txt': 'set(modules\n  core\n  db redis\n  tenancy\n  billing)\n',
  'src/core/CMakeLists.txt': 'freehold_module(core\n  SOURCES id.cpp)\n',
  'src/core/id.hpp': '#include <string>\n',
  'src/core/async.hpp': '#include <boost/asio/awaitable.hpp>\n',
  'src/db/CMakeLists.txt': 'freehold_module(db\n  DEPENDS core\n  SOURCES pool.cpp)\n',
  'src/db/db.hpp': '#include "core/id.hpp"\n',
  'src/db/detail/pool.hpp': '#include <libpq-fe.h>\n',
  'src/tenancy/CMakeLists.txt': 'freehold_module(tenancy\n  DEPENDS core db\n  SOURCES tenant.cpp)\n',
  'src/tenancy/tenancy.hpp': '#include <boost/describe.hpp>\n\n#include "db/db.hpp"\n',
  'src/tenancy/placement.hpp': '#include <vector>\n',
  'src/tenancy/tenant.cpp': '#include <boost/json.hpp>\n#include "placement.hpp"\n#include "core/async.hpp"\n',
  'src/billing/CMakeLists.txt': 'freehold_module(billing\n  DEPENDS core tenancy\n  SOURCES plan.cpp)\n',
  'src/app/main.cpp': '#include "tenancy/tenancy.hpp"\n',
};

test('includes that keep to the layers are let through', () => {
  assert.equal(found(checkIncludes, tree), '');
});

test('a module includes only what its DEPENDS names', () => {
  assert.equal(found(checkIncludes, { ...tree, 'src/billing/plan.cpp': '#include "core/id.hpp"\n#include "db/db.hpp"\n' }),
    'src/billing/plan.cpp:2: billing includes db, which its DEPENDS does not name\n');
});

test('a test may use any module below its own', () => {
  assert.equal(found(checkIncludes, {
    ...tree,
    'src/billing/plan_test.cpp': '#include "db/db.hpp"\n',
    'src/tenancy/tenant_test.cpp': '#include "billing/billing.hpp"\n',
    'src/billing/billing.hpp': '',
  }), 'src/tenancy/tenant_test.cpp:1: tenancy includes billing, which its DEPENDS does not name\n');
});

test('a test, and nothing else, may use what TEST_WITH names', () => {
  assert.equal(found(checkIncludes, {
    ...tree,
    'src/tenancy/CMakeLists.txt': 'freehold_module(tenancy\n  DEPENDS core db\n  TEST_WITH billing\n  SOURCES tenant.cpp)\n',
    'src/tenancy/tenant_test.cpp': '#include "billing/billing.hpp"\n#include "billing/plan.hpp"\n',
    'src/tenancy/tenant.cpp': '#include "billing/billing.hpp"\n',
    'src/billing/billing.hpp': '',
    'src/billing/plan.hpp': '',
  }), 'src/tenancy/tenant.cpp:1: tenancy includes billing, which its DEPENDS does not name\n'
    + 'src/tenancy/tenant_test.cpp:2: src/billing/plan.hpp is not a face of billing\n');
});

test('only faces of another module may be included, also by the program that composes them', () => {
  const intruders = {
    'src/billing/plan.cpp': '#include "tenancy/placement.hpp"\n',
    'src/app/main.cpp': '#include "db/detail/pool.hpp"\n',
    'src/tenancy/tenant_test.cpp': '#include "placement.hpp"\n',
  };
  assert.equal(found(checkIncludes, { ...tree, ...intruders }),
    'src/app/main.cpp:1: src/db/detail/pool.hpp is not a face of db\n'
    + 'src/billing/plan.cpp:1: src/tenancy/placement.hpp is not a face of tenancy\n');
});

test('what is made for tests is used by tests only', () => {
  assert.equal(found(checkIncludes, {
    ...tree,
    'src/db/test_server.hpp': '#include <sys/types.h>\n',
    'src/tenancy/tenant.cpp': '#include "db/test_server.hpp"\n',
    'src/tenancy/tenant_test.cpp': '#include "db/test_server.hpp"\n',
    'src/tenancy/test_site.hpp': '#include "db/test_server.hpp"\n',
  }), 'src/tenancy/tenant.cpp:1: src/db/test_server.hpp is not a face of db\n');
});

test('FACES says what the faces are', () => {
  const named = {
    'src/tenancy/CMakeLists.txt': 'freehold_module(tenancy\n  FACES placement.hpp\n  DEPENDS core db)\n',
    'src/billing/plan.cpp': '#include "tenancy/placement.hpp"\n#include "tenancy/tenancy.hpp"\n',
    'src/app/main.cpp': '',
  };
  assert.equal(found(checkIncludes, { ...tree, ...named }),
    'src/billing/plan.cpp:2: src/tenancy/tenancy.hpp is not a face of tenancy\n');
});

test('a layer does not depend on one above it', () => {
  assert.equal(found(checkIncludes, { ...tree, 'src/db/CMakeLists.txt': '# pools\nfreehold_module(db DEPENDS core billing)\n' }),
    'src/db/CMakeLists.txt:2: db may not depend on billing, which lies above it in the layers\n');
});

test('a face brings in no heavy header, not even through another', () => {
  assert.equal(found(checkIncludes, {
    ...tree,
    'src/tenancy/tenancy.hpp': '#include "core/id.hpp"\n#include "core/async.hpp"\n',
    'src/tenancy/placement.hpp': '#include <boost/json.hpp>\n',
    'src/db/listener.hpp': '#include <libpq-fe.h>\n',
  }),
  'src/tenancy/tenancy.hpp:2: a face brings in <boost/asio/awaitable.hpp> through src/core/async.hpp; that belongs into a .cpp\n'
    + 'src/db/listener.hpp:1: a face brings in <libpq-fe.h>; that belongs into a .cpp\n');
});

test('a header that is for .cpp files says so, and no face may include it', () => {
  const files = { ...tree, 'src/db/rows.hpp': '// Rows. Of many.\n// Not for faces: it includes Boost.JSON.\n#include <boost/json.hpp>\n' };
  assert.equal(found(checkIncludes, files), '');
  assert.equal(found(checkIncludes, { ...files, 'src/tenancy/tenancy.hpp': '#include "db/rows.hpp"\n' }),
    'src/tenancy/tenancy.hpp:1: a face brings in <boost/json.hpp> through src/db/rows.hpp; that belongs into a .cpp\n');
});

test('headers that cost too much are used nowhere', () => {
  assert.equal(found(checkIncludes, { ...tree, 'src/core/id.cpp': '#include <regex>\n#include <vector>\n#include <iostream>\n#include <ranges>\n' }),
    [1, 3, 4].map((line, i) => `src/core/id.cpp:${line}: <${['regex', 'iostream', 'ranges'][i]}> costs too much compile time; it is not used in this repository\n`).join(''));
});

test('a good migration is let through', () => {
  assert.equal(found(checkSql, {
    'src/billing/migrations/control/0001_mirror.sql': `-- What Stripe said last, one row per subscription. SELECT and friends may shout here.
create table billing.mirror (
  tenant_id uuid not null,
  status    text not null default 'NOT SET',
  constraint one_row_per_tenant primary key (tenant_id)
);
select fh.protect('billing.mirror', 'tenant');
create table billing.price (id text primary key);
`,
  }), '');
});

test('a migration says why, speaks softly and protects its tables', () => {
  assert.equal(found(checkSql, {
    'src/billing/migrations/control/0001_mirror.sql': `CREATE table billing.mirror (
  tenant_id uuid NOT NULL
);
create table billing.mirrors (tenant_id uuid);
select fh.protect('billing.mirrors', 'tenant');
`,
  }), `src/billing/migrations/control/0001_mirror.sql:1: SQL is written in lower case: create
src/billing/migrations/control/0001_mirror.sql:2: SQL is written in lower case: not
src/billing/migrations/control/0001_mirror.sql:2: SQL is written in lower case: null
src/billing/migrations/control/0001_mirror.sql:1: a migration begins with a comment: a sentence that says why it exists
`);
  assert.equal(found(checkSql, {
    'src/billing/migrations/control/0002_seat.sql': '-- Seats that a tenant has bought.\ncreate table billing.seat (\n  tenant_id uuid\n);\n',
  }), "src/billing/migrations/control/0002_seat.sql:2: billing.seat has a tenant_id but no fh.protect('billing.seat', …) in this file\n");
});

test('queries in the code are held to the same, other texts are not', () => {
  assert.equal(found(checkSql, {
    'src/billing/invoices.cpp': `const Query all{"billing.all", R"(
  select *
    FROM billing.invoice
   where state = 'AND')"};
const auto page = R"(<p>SELECT a plan FROM the list</p>)";
`,
  }), 'src/billing/invoices.cpp:3: SQL is written in lower case: from\n'
    + 'src/billing/invoices.cpp:2: columns are spelled out, never select *\n');
});

test('good style is let through', () => {
  assert.equal(found(checkStyle, {
    'README.md': 'See `docs/notes.md`.\n',
    'docs/notes.md': 'Nothing.\n',
    'src/core/words.cpp': 'const char* event = "payment_method.detached";\n',
    'src/core/common_words.cpp': '// A detached house.\n',
    'src/core/scope.cpp': '// TODO(#12): co_spawn and no detached task\nvoid Scope::spawn() { co_spawn(io, f); }\n',
    'src/core/id.cpp': `namespace x {\n${'int a();\n'.repeat(60)}}\nint f() {\n${'  g();\n'.repeat(50)}}\n`,
  }), '');
});

test('files and functions have a size', () => {
  assert.equal(found(checkStyle, {
    'src/core/time.cpp': `json::object f() {\n  return {\n${'      {"a", 1},\n'.repeat(60)}  };\n}\n`,
    'src/core/id.cpp': `int f(int a,\n      int b) {\n${'  g();\n'.repeat(50)}}\n`,
    'src/core/money.cpp': '\n'.repeat(501),
  }), 'src/core/id.cpp:1: a function of 51 lines; 50 are the most\n'
    + 'src/core/money.cpp:501: 501 lines; 500 are the most, 300 need a reason\n');
});

test('names say what a thing is', () => {
  assert.equal(found(checkStyle, {
    'src/billing/string_utils.cpp': '\n',
    'src/billing/plan.hpp': 'class PlanManager {};\nstruct Services {};\nenum class BillingCommon {};\n',
  }), `src/billing/string_utils.cpp:1: this file name says how, not what; name the thing
src/billing/plan.hpp:1: PlanManager says how, not what; name the thing
src/billing/plan.hpp:3: BillingCommon says how, not what; name the thing
`);
});

test('tasks are spawned through a scope', () => {
  assert.equal(found(checkStyle, { 'src/billing/jobs.cpp': 'asio::co_spawn(io, task(),\n  asio::detached);\n' }),
    'src/billing/jobs.cpp:1: co_spawn is called in core/scope only; spawn through a scope\n'
    + 'src/billing/jobs.cpp:2: a detached task has no owner; spawn through a scope\n');
});

test('some text has no place here', () => {
  const path = '/work';
  assert.equal(found(checkStyle, {
    'a.mjs': `// TODO tidy up\n// -------- setup\nconst from = 'https://registry.example.org/x';\nopen('${path}/main/x');\n`
      + `const key = 'sk_live_${'0'.repeat(10)}';\nconst gone = 'see plans.md'; \n\tx();`,
  }), `a.mjs:7: the last line has no end
a.mjs:6: space at the end of the line
a.mjs:7: a tab; indent with spaces
a.mjs:1: open work is marked TODO(#123), with the number of its issue
a.mjs:2: a banner; sections are files and functions
a.mjs:3: the host of a package registry
a.mjs:4: the path of one machine
a.mjs:5: a secret
a.mjs:6: plans.md does not exist
`);
});

test('a page names only folders and files that are there', () => {
  assert.equal(found(checkStyle, {
    'CONTRIBUTING.md': 'See `tests/e2e/`, `tests/e2e`, `tests/e2e/harness.mjs`, `src/<name>/`, `build/dev` and\n`tests/regressions/` or `src/core/gone.cpp`.\n',
    'tests/e2e/harness.mjs': '\n',
  }), 'CONTRIBUTING.md:2: tests/regressions/ does not exist\nCONTRIBUTING.md:2: src/core/gone.cpp does not exist\n');
});

test('a finding in a real repository ends the program with an error, and none with success', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lints-'));
  t.after(() => rmSync(folder, { recursive: true }));
  execFileSync('git', ['init', '--quiet', folder]);
  const lint = () => spawnSync(process.execPath, [join(import.meta.dirname, '../lint/style.mjs')], { cwd: folder, encoding: 'utf8' });

  writeFileSync(join(folder, 'a.cpp'), 'int a;\n');
  symlinkSync(tmpdir(), join(folder, 'a_folder'));
  symlinkSync('/nonexistent', join(folder, 'gone.cpp'));
  assert.deepEqual([lint().status, lint().stderr], [0, '']);

  writeFileSync(join(folder, 'a.cpp'), 'int a; \n');
  assert.deepEqual([lint().status, lint().stderr], [1, 'a.cpp:1: space at the end of the line\n']);
});
