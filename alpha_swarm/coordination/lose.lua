-- Declares the record lost, unless somebody did so before.
--
-- ARGV[1]  the beginning of the record that is of no more use

if exact(since) == ARGV[1] then
  begin_anew()
end
