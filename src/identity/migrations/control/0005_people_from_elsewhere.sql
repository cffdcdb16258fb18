-- People who come from another system bring what it kept of their passwords, and the ids by which it
-- knew them. A hash that was brought along has no pepper (pepper_id is empty); the first log-in
-- replaces it by one of ours.

alter table identity.password
  drop constraint password_is_argon2id,
  add constraint password_is_ours_or_was_brought check (
    case when pepper_id = '' then length(phc) between 1 and 512 else phc like '$argon2id$%' end);

-- By which a log-in for an unknown address finds somebody's hash to spend the usual time on.
create index passwords_by_chance on identity.password (uuid_hash_extended(user_id, 0));

-- What a person is called elsewhere, once for each source.
create table identity.external_id (
  source       text not null collate "C",
  external_id  text not null collate "C",
  user_id      uuid not null,

  constraint external_ids_name_one_person   primary key (source, external_id),
  constraint external_ids_of_people_are_short
    check (length(source) between 1 and 40 and length(external_id) between 1 and 200),
  constraint external_ids_have_a_person
    foreign key (user_id) references identity.account (user_id) on delete cascade
);

select fh.protect('identity.external_id', 'private', 'fh_auth');

create index external_ids_of_a_person on identity.external_id (user_id);
