-- Mail: one row per letter, keyed by the job that it is sent for, so that a job that runs again does
-- not send again. Content is kept by the mailbox of a development machine only.

create schema notify;

create table notify.mail (
  tenant_id   uuid,
  id          uuid        not null,
  letter      text        not null,
  state       text        not null,
  created_at  timestamptz not null,
  sent_at     timestamptz,
  recipient   text,
  subject     text,
  body_text   text,
  body_html   text,

  constraint mails_exist_once      primary key (id),
  constraint mail_state_is_known   check (state in ('sending', 'sent')),
  constraint sent_mails_say_when   check ((state = 'sent') = (sent_at is not null))
);

select fh.protect('notify.mail', 'queue');

create index mails_of_a_tenant on notify.mail (tenant_id, created_at desc);
create index mails_by_time on notify.mail (created_at desc, id desc);
select fh.worker_index('notify.mails_by_time', 'the mailbox shows the newest of all tenants');
