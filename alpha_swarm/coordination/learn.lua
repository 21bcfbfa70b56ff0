-- Remembers what a call's answer showed about the limits that the call fell under.
--
-- The hash of a limit, every field optional:
--   bound    the most in a window, by the other side's own words
--   closed   nothing goes before
--   ceiling  the most in a window, as found out by being refused
--   clean    the last ceiling that was used in full without being refused
--   refused  how much was used when a call was last refused
--   lowered  when the ceiling was last lowered
--   moved    when the ceiling was last lowered or raised
--   step     by how much it was last raised, 0 after it was lowered
--   hold     how many windows it then stays
--   edge     1 while the ceiling may lie at the very edge of what is granted
--
-- KEYS[2...]  for each limit its log and its hash
-- ARGV[1]     1 when the call was refused, else 0
-- ARGV[2]     how long ago the call was let through
-- ARGV[3]     for how long nothing is to go, 0 where nothing was said
-- ARGV[4]     how late a place may be used
-- ARGV[5...]  for each limit the window, the most in it, and the bound or ''

local refused, ago, shut, lateness = ARGV[1] == '1', tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

-- What is left of the use at which a call is refused out of the blue: the limit may have dropped by much, and a
-- second cut costs more than the way up.
local CUT = 0.55
-- A refusal while so small a share of the most was used may have had other reasons; the next one has not.
local HARDLY_ANY = 0.1
-- What is left when the edge turns out to be too near.
local NUDGE = 0.93
-- How many windows a lowered ceiling stays: less, and each window has a refused call; more, and a limit that was
-- raised goes unused. Each attempt that comes to nothing makes the next one later.
local FIRST_HOLD, MORE_HOLD, LONGEST_HOLD = 2, 1.25, 16
local REMEMBERED_MILLISECONDS = 24 * 3600 * 1000

local function amounts(found)
  local total, amount = string.match(found[1] or '0:0', '^(%d+):(%d+)')
  return tonumber(total), tonumber(amount)
end

-- How much of what has gone by now was taken after that moment.
local function taken_since(log, moment)
  local first, amount = amounts(redis.call('ZRANGEBYSCORE', log, '(' .. exact(moment), exact(now), 'LIMIT', 0, 1))
  local last = amounts(redis.call('ZREVRANGEBYSCORE', log, exact(now), '(' .. exact(moment), 'LIMIT', 0, 1))
  return last - first + amount
end

local function recall(learned)
  local names = { 'ceiling', 'clean', 'moved', 'step', 'hold', 'edge' }
  local known = {}
  for index, value in ipairs(redis.call('HMGET', learned, unpack(names))) do
    known[names[index]] = tonumber(value or 0)
  end
  return known
end

local function cut(known, most, amount, left)
  local least = most * HARDLY_ANY
  if known.ceiling == 0 or known.ceiling > least then
    return math.max(left, least, amount * CUT)
  end
  return math.max(left, amount * CUT)
end

local function lower(learned, window, most, amount, left)
  local known = recall(learned)
  local recent = now - known.moved <= window
  local ceiling, hold, edge = cut(known, most, amount, left), FIRST_HOLD, 0
  if recent and known.step > 0 then
    ceiling, hold, edge = known.clean, math.min(LONGEST_HOLD, known.hold * MORE_HOLD), 1
  elseif recent and known.edge > 0 then
    ceiling, hold = known.ceiling * NUDGE, known.hold
  end
  redis.call('HSET', learned, 'ceiling', exact(math.max(1, math.floor(ceiling))), 'refused', exact(amount),
    'lowered', exact(now), 'moved', exact(now), 'step', 0, 'hold', tostring(hold), 'edge', edge)
end

local function learn(log, learned, window, most, bound)
  if bound ~= '' then
    redis.call('HSET', learned, 'bound', bound)
  end
  if shut > 0 then
    redis.call('HSET', learned, 'closed', exact(now + shut))
  end
  local known = redis.call('HMGET', learned, 'lowered', 'bound')
  local amount = taken_since(log, now - window)
  -- A call that went before the ceiling was lowered could not know of it.
  local old = now - ago <= tonumber(known[1] or 0) + lateness
  local explained = known[2] and amount > tonumber(known[2])
  if refused and not old and not explained then
    -- When there is room again what is left in the window is just below the limit.
    local left = shut > 0 and shut < window and taken_since(log, now + shut - window) or 0
    lower(learned, window, most, amount, left)
  end
  if refused or shut > 0 then
    -- Whoever waits for a place is to ask anew.
    redis.call('ZREMRANGEBYSCORE', log, '(' .. exact(now), '+inf')
  end
  redis.call('PEXPIRE', learned, REMEMBERED_MILLISECONDS)
end

for index = 1, (#KEYS - 1) / 2 do
  local given = 3 * index + 2
  learn(KEYS[2 * index], KEYS[2 * index + 1], tonumber(ARGV[given]), tonumber(ARGV[given + 1]), ARGV[given + 2])
end
