-- A workspace's own key reads the feed of its workspace, however much happens in others.

create index outbox_of_a_tenant_in_order on events.outbox (tenant_id, position) where position is not null;
