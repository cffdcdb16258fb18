// A product's database, made as its developer makes it: tables, then `freehold protect`.
import { execFileSync } from 'node:child_process';
import pg from 'pg';

export const program = process.env.FREEHOLD_BIN;
export const acme = 'tenant_0000000000000000000000000a';
export const bolt = '00000000-0000-0000-0000-00000000000b';

const tables = `
  create table project (id serial primary key, name text not null);
  create table task (id serial primary key, project_id integer not null, title text not null);`;

export class World {
  static async start() {
    const server = Object.fromEntries(process.env.FREEHOLD_TEST_PG.split(' ').map((word) => word.split('=')));
    const world = new World(server.host, `fh_test_adapters_${process.pid}`);
    await world.#onServer(`create database ${world.database}`);
    await world.run('postgres', tables);
    world.protect('--apply');
    await world.run('postgres', `
      alter table task add foreign key (tenant_id, project_id) references project (tenant_id, id)`);
    return world;
  }

  constructor(host, database) {
    Object.assign(this, { host, database, role: `${database}_app` });
  }

  // What a client of the product is given.
  get connection() {
    return { host: this.host, database: this.database, user: this.role };
  }

  protect(...options) {
    return execFileSync(program, ['protect', '--dsn', this.dsn('postgres'), '--role', this.role, ...options, 'project', 'task']);
  }

  doctor() {
    return execFileSync(program, ['doctor', '--dsn', this.dsn('postgres'), '--role', this.role]).toString();
  }

  dsn(user) {
    return `host=${this.host} dbname=${this.database} user=${user}`;
  }

  async run(user, text, database = this.database) {
    const client = new pg.Client({ host: this.host, database, user });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  // Nothing but a project of either tenant.
  async reset() {
    await this.run('postgres', `
      truncate project, task;
      insert into project (tenant_id, name) values (fh.tenant_uuid('${acme}'), 'of acme'), ('${bolt}', 'of bolt')`);
  }

  // What is really there, for whom.
  async everything() {
    const rows = await this.run('postgres', 'select name from project order by name');
    return rows.map(({ name }) => name);
  }

  #onServer(text) {
    return this.run('postgres', text, 'postgres');
  }

  async stop() {
    await this.#onServer(`drop database ${this.database} with (force)`);
    await this.#onServer(`drop role ${this.role}`);
  }
}
