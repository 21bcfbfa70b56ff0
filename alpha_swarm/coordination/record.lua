-- What each script begins with. All times are microseconds by this server's clock.
--
-- KEYS[1]  the moment since which the record of what was taken is complete

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

-- tostring() would round a moment to 14 digits.
local function exact(number)
  return string.format('%.0f', number)
end

local since = tonumber(redis.call('GET', KEYS[1]) or nil)

-- What was taken before is unknown from now on.
local function begin_anew()
  since = now
  redis.call('SET', KEYS[1], exact(now))
end

-- A beginning that lies ahead shows that the clock was set back.
if not since or since > now then
  begin_anew()
end
