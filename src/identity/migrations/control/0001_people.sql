-- People and what proves that they are who they say: tables that only fh_auth may touch, so that no
-- other part of the program can read a password, a session or a link that was mailed. Times of
-- sessions and tokens are the machine's; created_at and changed_at of people are business time.

create schema identity;

create table identity.account (
  user_id     uuid        not null,
  email       text        not null collate "C",
  name        text        not null,
  state       text        not null default 'active',
  created_at  timestamptz not null,

  constraint accounts_exist_once        primary key (user_id),
  constraint one_account_per_address    unique (email),
  constraint addresses_are_canonical    check (email ~ '^[!-?[-~]+@[a-z0-9.-]+$'
                                               and length(email) <= 254),
  constraint names_of_people_are_short  check (length(name) between 1 and 80),
  constraint account_state_is_known     check (state in ('active', 'disabled'))
);

select fh.protect('identity.account', 'private', 'fh_auth');

create table identity.password (
  user_id     uuid        not null,
  phc         text        not null,
  pepper_id   text        not null,
  changed_at  timestamptz not null,

  constraint one_password_per_person  primary key (user_id),
  constraint password_is_argon2id     check (phc like '$argon2id$%'),
  constraint passwords_have_a_person
    foreign key (user_id) references identity.account (user_id) on delete cascade
);

select fh.protect('identity.password', 'private', 'fh_auth');

-- A browser that somebody is logged in with. Only the hash of the cookie's secret is kept.
create table identity.session (
  id            uuid        not null,
  user_id       uuid        not null,
  secret_hash   bytea       not null,
  created_at    timestamptz not null,
  last_seen_at  timestamptz not null,
  expires_at    timestamptz not null,
  revoked_at    timestamptz,
  ip            text        not null,
  user_agent    text        not null,

  constraint sessions_exist_once        primary key (id),
  constraint session_secrets_are_unique unique (secret_hash),
  constraint session_secret_is_a_sha256 check (octet_length(secret_hash) = 32),
  constraint user_agent_is_cut          check (length(user_agent) <= 400),
  constraint sessions_have_a_person
    foreign key (user_id) references identity.account (user_id) on delete cascade
);

select fh.protect('identity.session', 'private', 'fh_auth');

create index sessions_of_a_person on identity.session (user_id, last_seen_at desc);
create index sessions_by_end on identity.session (expires_at);

-- A link that is mailed and works once. It is found by purpose and hash, so that a link of one
-- purpose is nothing to another. The subject is what it is about: a pending sign-up, a person, or
-- nothing when somebody asked for an address that has no account.
create table identity.one_time_token (
  id           uuid        not null,
  purpose      text        not null,
  hash         bytea       not null,
  subject      uuid,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  consumed_at  timestamptz,

  constraint tokens_exist_once      primary key (id),
  constraint tokens_are_unique      unique (purpose, hash),
  constraint token_purpose_is_known check (purpose in ('signup', 'password_reset')),
  constraint token_hash_is_a_sha256 check (octet_length(hash) = 32)
);

select fh.protect('identity.one_time_token', 'private', 'fh_auth');

create index tokens_of_a_subject on identity.one_time_token (subject, purpose);
create index tokens_by_end on identity.one_time_token (expires_at);

-- Who asked for an account and has not proven the address yet. Many may wait for one address; the
-- first proof removes the others. The password counts only in the browser that set it.
create table identity.pending_signup (
  id              uuid        not null,
  email           text        not null collate "C",
  phc             text,
  pepper_id       text,
  workspace_name  text        not null,
  browser_hash    bytea       not null,
  created_at      timestamptz not null,

  constraint pending_signups_exist_once       primary key (id),
  constraint pending_addresses_are_canonical  check (email ~ '^[!-?[-~]+@[a-z0-9.-]+$'
                                                     and length(email) <= 254),
  constraint pending_password_is_whole        check ((phc is null) = (pepper_id is null)),
  constraint pending_workspace_name_is_short  check (length(workspace_name) between 1 and 80),
  constraint browser_hash_is_a_sha256         check (octet_length(browser_hash) = 32)
);

select fh.protect('identity.pending_signup', 'private', 'fh_auth');

create index pending_signups_of_an_address on identity.pending_signup (email);
create index pending_signups_of_a_browser on identity.pending_signup (browser_hash, created_at desc);
create index pending_signups_by_age on identity.pending_signup (created_at);
