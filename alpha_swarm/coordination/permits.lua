-- Leases permits to one process: as many as it wants and others leave.
--
-- KEYS[2]  the leases: process → "count:end"
-- KEYS[3]  who waits for more: process → "first asked:last asked"
-- ARGV     the process; how many it holds by its own account, how many are in use, how many it wants; the most
--          there are; how long a lease runs, and how long a waiting process is silent at most
-- Answer: how many it holds; 1 when others wait, else 0; now; since.

local process = ARGV[1]
local claimed, busy, wanted, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local lease, silence = tonumber(ARGV[6]), tonumber(ARGV[7])

local function each(key, act)
  local all = redis.call('HGETALL', key)
  for index = 1, #all, 2 do
    act(all[index], all[index + 1])
  end
end

local mine, others = 0, 0
each(KEYS[2], function(name, held)
  local count, ending = string.match(held, '^(%d+):(%d+)$')
  if tonumber(ending) <= now then
    redis.call('HDEL', KEYS[2], name)
  elseif name == process then
    mine = tonumber(count)
  else
    others = others + tonumber(count)
  end
end)

local waits = redis.call('HGET', KEYS[3], process)
local first = waits and tonumber(string.match(waits, '^%d+')) or now
local ahead, contended = 0, 0
each(KEYS[3], function(name, waiting)
  local began, last = string.match(waiting, '^(%d+):(%d+)$')
  if tonumber(last) + silence <= now or tonumber(last) > now then
    redis.call('HDEL', KEYS[3], name)
  elseif name ~= process then
    contended = 1
    if tonumber(began) < first or (tonumber(began) == first and name < process) then
      ahead = ahead + 1
    end
  end
end)

local granted
if since + lease > now then
  -- Leases that the record does not know may still run, so all that can be had is what one has, and what is given
  -- back is of use to nobody.
  granted, contended = claimed, 0
else
  -- Where others wait, one at a time.
  local more = contended > 0 and mine + 1 or wanted
  granted = math.max(math.min(wanted, mine), math.min(wanted, more, most - others - ahead))
end
-- What is in use is in use, lease or no lease.
granted = math.max(granted, busy, 0)

if granted > 0 then
  redis.call('HSET', KEYS[2], process, exact(granted) .. ':' .. exact(now + lease))
  redis.call('PEXPIRE', KEYS[2], math.ceil(lease / 1000))
else
  redis.call('HDEL', KEYS[2], process)
end
if granted < wanted then
  if granted > mine then
    first = now
  end
  redis.call('HSET', KEYS[3], process, exact(first) .. ':' .. exact(now))
  redis.call('PEXPIRE', KEYS[3], math.ceil(silence / 1000))
else
  redis.call('HDEL', KEYS[3], process)
end
return { granted, contended, now, since }
