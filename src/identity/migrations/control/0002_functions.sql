-- The two things that others than fh_auth may ask of identity: to confirm a sign-up in the
-- transaction that makes its tenant, and what people of the entered tenant are called.

-- Consumes the token of a sign-up and makes its account. No row: the link is unknown, expired or was
-- used before, or the address has an account; the caller then rolls back.
--
-- The password that was set at sign-up counts only with the hash of the nonce that its browser got,
-- because whoever set it need not own the mailbox. `chosen_phc` is the one that the owner of the
-- mailbox has just chosen; it comes first.
create function identity.confirm_signup(token_hash bytea, from_browser bytea,
                                        chosen_phc text, chosen_pepper_id text,
                                        new_user uuid, machine_now timestamptz,
                                        business_now timestamptz)
returns table (email text, name text, workspace_name text)
language plpgsql security definer as $$
#variable_conflict use_column
declare
  signup_id  uuid;
  address    text;
  pending    record;
  new_name   text;
begin
  select s.id, s.email into signup_id, address
    from identity.one_time_token t
    join identity.pending_signup s on s.id = t.subject
   where t.purpose = 'signup' and t.hash = token_hash;

  -- Whoever confirms another sign-up of this address at the same time waits here.
  perform from identity.pending_signup s where s.email = address order by s.id for update;

  update identity.one_time_token t
     set consumed_at = machine_now
   where t.purpose = 'signup' and t.hash = token_hash
     and t.consumed_at is null and t.expires_at > machine_now;
  if not found or signup_id is null then return; end if;

  select s.workspace_name, s.browser_hash = from_browser as same_browser, s.phc, s.pepper_id
    into pending
    from identity.pending_signup s
   where s.id = signup_id;
  if not found then return; end if;
  if chosen_phc is null and not (coalesce(pending.same_browser, false) and pending.phc is not null) then
    raise exception 'a sign-up of another browser needs a new password' using errcode = 'FH010';
  end if;

  new_name := left(split_part(address, '@', 1), 80);
  insert into identity.account (user_id, email, name, created_at)
  values (new_user, address, new_name, business_now)
  on conflict on constraint one_account_per_address do nothing;
  if not found then return; end if;

  insert into identity.password (user_id, phc, pepper_id, changed_at)
  values (new_user, coalesce(chosen_phc, pending.phc),
          case when chosen_phc is null then pending.pepper_id else chosen_pepper_id end, business_now);

  update identity.one_time_token t
     set consumed_at = machine_now
   where t.purpose = 'signup' and t.consumed_at is null
     and t.subject in (select s.id from identity.pending_signup s where s.email = address);
  delete from identity.pending_signup s where s.email = address;

  return query select address, new_name, pending.workspace_name;
end $$;

select fh.allow_function(
  'identity.confirm_signup(bytea, bytea, text, text, uuid, timestamptz, timestamptz)', 'fh_control');

-- Names and addresses of members of the tenant that this transaction has entered; other people's ids
-- are passed over.
create function identity.people(ids uuid[])
returns table (user_id uuid, email text, name text)
language sql stable security definer as $$
  select a.user_id, a.email, a.name
    from identity.account a
   where a.user_id = any (ids)
     and tenancy.is_member(a.user_id)
   order by a.email $$;

select fh.allow_function('identity.people(uuid[])', 'fh_control', 'fh_staff');
