-- purpose: fail a load with one sentence about what is wrong and what to do
-- grain: none; it only raises
-- The text of a declared exception is a literal, so that a computed one needs a block of its own.
create or replace procedure platform.refuse_load(problem varchar)
returns varchar
language sql
comment = 'Fails with a sentence'
execute as caller
as
$$
begin
    -- what a file holds may end up in it, backslashes too; a double quote must not stand in such a text at all
    let escaped varchar := replace(replace(replace(problem, '"', ''), '\\', '\\\\'), '''', '''''');
    execute immediate 'declare refused exception (-20001, ''' || escaped || '''); begin raise refused; end';
end
$$
