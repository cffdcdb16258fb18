-- The product's tables, as if there were one customer. `freehold protect` gives each row a tenant.
create table if not exists note (id serial primary key, text text not null);
