-- purpose: fail a load with one sentence about what is wrong and what to do
-- grain: none; it only raises
-- The text of a declared exception is a literal, so that a computed one needs a block of its own.
BEGIN
  -- what a file holds may end up in it, backslashes too
  LET escaped VARCHAR := REPLACE(REPLACE(problem, '\\', '\\\\'), '''', '''''');
  EXECUTE IMMEDIATE 'DECLARE refused EXCEPTION (-20001, ''' || escaped || '''); BEGIN RAISE refused; END';
END
