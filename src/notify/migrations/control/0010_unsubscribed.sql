-- Who wants no mails that try to win them back. What a workspace has to know, such as the last notice
-- before its data is deleted, is sent all the same.
create table notify.unsubscribed (
  user_id          uuid        not null,
  unsubscribed_at  timestamptz not null,

  constraint people_unsubscribe_once primary key (user_id)
);

select fh.protect('notify.unsubscribed', 'private', 'fh_worker');
