-- The sample product: documents with title, body and tags. Deleting marks a document; it can be
-- brought back until it is purged.

create schema documents;

create table documents.document (
  tenant_id   uuid        not null,
  id          uuid        not null,
  title       text        not null,
  body        text        not null,
  tags        text[]      not null,
  created_by  text        not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  deleted_at  timestamptz,

  constraint documents_exist_once primary key (tenant_id, id),
  constraint title_is_short       check (length(title) between 1 and 200),
  constraint body_is_bounded      check (octet_length(body) <= 100000),
  constraint tags_are_few         check (cardinality(tags) <= 20)
);

select fh.protect('documents.document', 'tenant');

create index documents_by_change on documents.document (tenant_id, updated_at desc, id desc)
 where deleted_at is null;
create index documents_to_purge on documents.document (tenant_id, deleted_at)
 where deleted_at is not null;

-- The words of each document, as PostgreSQL's full-text search stems them. A table of words is
-- searched with `=`, which is leakproof and so may use its index below row level security; `@@` on a
-- tsvector is not, and reads every document of the tenant.
create table documents.term (
  tenant_id    uuid not null,
  term         text not null collate "C",
  document_id  uuid not null,

  constraint one_row_per_word      primary key (tenant_id, term, document_id),
  constraint words_have_a_document
    foreign key (tenant_id, document_id) references documents.document (tenant_id, id)
    on delete cascade
);

select fh.protect('documents.term', 'tenant');

create index terms_of_a_document on documents.term (tenant_id, document_id);

create table documents.tag (
  tenant_id    uuid not null,
  tag          text not null collate "C",
  document_id  uuid not null,

  constraint one_row_per_tag      primary key (tenant_id, tag, document_id),
  constraint tags_have_a_document
    foreign key (tenant_id, document_id) references documents.document (tenant_id, id)
    on delete cascade
);

select fh.protect('documents.tag', 'tenant');

create index tags_of_a_document on documents.tag (tenant_id, document_id);

-- The row that whoever adds a document locks while counting, so that two cannot both take the last
-- place of a limit.
create table documents.gauge (
  tenant_id  uuid not null,

  constraint one_gauge_per_tenant primary key (tenant_id)
);

select fh.protect('documents.gauge', 'tenant');
