-- Takes an amount from a sliding-window log, all of it or nothing.
--
-- KEYS[1]  the log: a sorted set, one member "amount:moment:number" a taking, scored by its moment
-- KEYS[2]  the moment since which the logs are complete
-- ARGV     the amount to take, the most in a window, the window in microseconds
-- Answer: 0 when it was taken, else the milliseconds until there is room.

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local wanted, most, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

-- tostring() would round a moment to 14 digits.
local function exact(moment)
  return string.format('%.0f', moment)
end

local function milliseconds_until(moment)
  return math.ceil((moment - now) / 1000)
end

-- What was taken before the logs began is unknown and counts as everything, at the last possible moment.
redis.call('SET', KEYS[2], exact(now), 'NX')
local known = tonumber(redis.call('GET', KEYS[2])) + window
if known > now then
  return milliseconds_until(known)
end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', exact(now - window))
local log = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local excess = wanted - most
for index = 1, #log, 2 do
  excess = excess + tonumber(string.match(log[index], '^%d+'))
end
if excess <= 0 then
  redis.call('ZADD', KEYS[1], exact(now), wanted .. ':' .. exact(now) .. ':' .. #log)
  redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
  return 0
end

for index = 1, #log, 2 do
  excess = excess - tonumber(string.match(log[index], '^%d+'))
  if excess <= 0 then
    return milliseconds_until(tonumber(log[index + 1]) + window)
  end
end
