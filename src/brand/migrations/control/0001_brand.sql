-- How the installation looks, where staff have said so: a null column is as the configuration says.

create schema brand;

create table brand.look (
  is_only     boolean     not null default true,
  version     bigint      not null default 1,
  name        text,
  mail_from   text,
  accent      text,
  accent_dark text,
  workspace   text,
  workspaces  text,
  logo        bytea,
  changed_at  timestamptz not null,

  constraint there_is_one_look    primary key (is_only),
  constraint the_only_look        check (is_only),
  constraint brand_name_is_short  check (length(name) between 1 and 60),
  constraint brand_mail_is_short  check (length(mail_from) between 3 and 320),
  constraint accents_are_colours  check (accent ~ '^(#[0-9a-f]{6})?$' and accent_dark ~ '^(#[0-9a-f]{6})?$'),
  constraint words_are_short      check (length(workspace) between 1 and 30
                                         and length(workspaces) between 1 and 30),
  constraint logos_are_small      check (octet_length(logo) <= 32768)
);

select fh.protect('brand.look', 'reference');
