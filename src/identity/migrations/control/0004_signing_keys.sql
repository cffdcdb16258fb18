-- The keys that sign what a product is told about who is asking. A row is written once: when a key
-- signs and how long it is published follow from its times, so that no job has to move it on. Only
-- the sealed private key is kept. Times are the machine's.

create table identity.signing_key (
  kid          text        not null,
  sealed_key   bytea       not null,
  created_at   timestamptz not null,
  signs_from   timestamptz not null,
  signs_until  timestamptz not null,

  constraint signing_keys_exist_once     primary key (kid),
  constraint keys_sign_one_after_another unique (signs_from),
  constraint keys_sign_for_a_time        check (signs_until > signs_from)
);

select fh.protect('identity.signing_key', 'private', 'fh_auth');
