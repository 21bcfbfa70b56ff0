-- How limits stand; changes nothing.
--
-- KEYS     for each limit its log and its hash
-- ARGV     for each limit its window
-- Answer: for each limit how much of the window is used, its bound and its ceiling, each '' where there is none

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function amounts(found)
  local total, amount = string.match(found[1] or '0:0', '^(%d+):(%d+)')
  return tonumber(total), tonumber(amount)
end

local function used(log, window)
  local from, to = string.format('(%.0f', now - window), string.format('%.0f', now)
  local first, amount = amounts(redis.call('ZRANGEBYSCORE', log, from, to, 'LIMIT', 0, 1))
  local last = amounts(redis.call('ZREVRANGEBYSCORE', log, to, from, 'LIMIT', 0, 1))
  return last - first + amount
end

local answer = {}
for index = 1, #KEYS / 2 do
  local learned = redis.call('HMGET', KEYS[2 * index], 'bound', 'ceiling')
  table.insert(answer, { used(KEYS[2 * index - 1], tonumber(ARGV[index])), learned[1] or '', learned[2] or '' })
end
return answer
