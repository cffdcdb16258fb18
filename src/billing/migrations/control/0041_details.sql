-- Who a tenant is on its invoices: what it has told us last, whatever Stripe knows of it already. Each
-- save raises the version, by which a form notices that somebody else has saved meanwhile.

create table billing.details (
  tenant_id       uuid        not null,
  version         bigint      not null,
  legal_name      text        not null,
  line1           text        not null,
  line2           text        not null,
  city            text        not null,
  state           text        not null,
  postal_code     text        not null,
  country         text        not null,
  tax_id_type     text        not null,
  tax_id          text        not null,
  po_number       text        not null,
  invoice_emails  text[]      not null,
  tax_id_ref      text,
  saved_at        timestamptz not null,

  constraint one_set_of_details_per_tenant primary key (tenant_id),
  constraint details_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade,
  constraint country_is_a_code         check (country ~ '^([A-Z]{2})?$'),
  constraint a_tax_id_has_a_type       check ((tax_id_type = '') = (tax_id = '')),
  constraint po_number_fits_an_invoice check (char_length(po_number) <= 140),
  constraint invoice_emails_are_few    check (cardinality(invoice_emails) <= 10)
);

select fh.protect('billing.details', 'tenant');
