-- Keys of the product itself, which may act in every workspace. They are made on the command line by
-- whoever runs the installation. Only the hash of the secret is kept.

create table access.product_key (
  id            uuid        not null,
  lookup        text        not null collate "C",
  secret_hash   bytea       not null,
  name          text        not null,
  created_at    timestamptz not null,
  last_used_at  timestamptz,
  revoked_at    timestamptz,

  constraint product_keys_exist_once         primary key (id),
  constraint product_key_lookups_are_unique  unique (lookup),
  constraint product_key_hash_is_sha256      check (octet_length(secret_hash) = 32),
  constraint product_key_name_is_short       check (length(name) between 1 and 80)
);

select fh.protect('access.product_key', 'private', 'fh_auth');
