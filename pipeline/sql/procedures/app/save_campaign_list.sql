-- purpose: put customers on a campaign list; who is on it already, or is no customer, is passed over
-- grain: one row per list and customer in OBSERVABILITY.CAMPAIGN_LIST_ENTRIES; returns how many were added
create or replace procedure platform.save_campaign_list(
    viewer varchar,
    list_name varchar,
    customer_ids varchar
)
returns number
language sql
comment = 'Puts customers, given as a JSON array of their ids, on a campaign list'
execute as owner
as
$$
declare
    added integer;
begin
    insert into observability.campaign_list_entries (list_name, customer_id, added_by, added_at)
    select
        :list_name,
        customers.customer_id,
        :viewer,
        sysdate()
    from gold.customer_360_profile as customers
    where
        customers.customer_id in (
            select chosen.value::varchar
            from table(flatten(input => parse_json(:customer_ids))) as chosen
        )
        and not exists (
            select 1
            from observability.campaign_list_entries as entries
            where entries.list_name = :list_name and entries.customer_id = customers.customer_id
        );
    added := sqlrowcount;
    return added;
end
$$
