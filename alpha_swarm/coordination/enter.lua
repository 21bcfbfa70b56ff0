-- Grants a call its place in every window that it falls under: in all of them or in none.
--
-- A log is a sorted set with one member "total:amount:moment" a taking, scored by its moment. The total runs on,
-- so that two members tell how much was taken between them; it has leading zeros, as those of one moment are in
-- the order of their names. What was learned about a limit is a hash: learn.lua.
--
-- KEYS[2...]  for each limit its log and its hash
-- ARGV[1]     how far ahead the place may lie
-- ARGV[2]     how late a place may be used
-- ARGV[3...]  for each limit the amount wanted, the most in a window, the window, the share of the even distance
--             that calls keep, and the taking that was granted before, or ''
-- Answer: 1 and the wait for the place, or 0 and the wait until there is one; now; since; the takings, if new.

local patience, lateness = tonumber(ARGV[1]), tonumber(ARGV[2])

-- No place is ever granted so far ahead.
local NEVER_AHEAD = 10 * 1000000
-- While more than half of a window is used, calls keep a distance: few are under way when the other side lowers
-- its limit, and work comes in evenly. Farther apart than this no two calls are under way at once.
local FARTHEST = 1000000
-- A lowered ceiling is first raised by this share, and by twice as much each time that it goes well. Then it is
-- raised again once it was used in full, after this share of a window at the earliest.
local FIRST_STEP, CLIMB = 0.08, 0.25

local LEARNED = { 'bound', 'closed', 'ceiling', 'lowered', 'moved', 'step', 'hold', 'refused' }

local function recall(limit)
  local known = redis.call('HMGET', limit.learned, unpack(LEARNED))
  for index, name in ipairs(LEARNED) do
    limit[name] = tonumber(known[index] or nil)
  end
  limit.top = math.min(limit.most, limit.bound or limit.most)
  limit.ceiling = math.max(limit.wanted, math.min(limit.top, limit.ceiling or limit.top))
end

local function taking(found)
  if not found[1] then
    return nil
  end
  local total, amount = string.match(found[1], '^(%d+):(%d+)')
  return { total = tonumber(total), amount = tonumber(amount), moment = tonumber(found[2]) }
end

local function at(limit, index)
  return taking(redis.call('ZRANGE', limit.log, index, index, 'WITHSCORES'))
end

local function read(limit)
  redis.call('ZREMRANGEBYSCORE', limit.log, '-inf', exact(now - limit.window))
  limit.last = at(limit, -1)
  if limit.last and limit.last.moment > now + NEVER_AHEAD then
    redis.call('DEL', limit.log)
    limit.last = nil
    begin_anew()
  end
  limit.first = limit.last and at(limit, 0)
end

local function taken(limit, last)
  return last.total - limit.first.total + limit.first.amount
end

-- The moment of the place that was granted before, or nothing where it no longer holds.
local function kept(limit)
  local moment = tonumber(redis.call('ZSCORE', limit.log, limit.held) or nil)
  local shut = math.max(limit.closed or 0, limit.lowered or 0)
  local stands = moment and moment >= since + limit.window and moment > shut
  -- One that is far ahead was granted before the clock was set back.
  return stands and moment <= now + patience + lateness and moment + lateness >= now and moment
end

-- When enough will have left the window for the amount that is wanted.
local function freed(limit)
  local gone = limit.last.total + limit.wanted - limit.ceiling
  if gone <= limit.first.total - limit.first.amount then
    return now
  end
  local low, high = 0, redis.call('ZCARD', limit.log) - 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if at(limit, middle).total < gone then
      low = middle + 1
    else
      high = middle
    end
  end
  return at(limit, low).moment + limit.window
end

-- Only a ceiling that was used in full, by calls and not by places ahead, has shown that it is not too high.
local function may_raise(limit)
  if limit.ceiling >= limit.top or not limit.moved then
    return false
  end
  local latest = taking(redis.call('ZREVRANGEBYSCORE', limit.log, exact(now), '-inf', 'LIMIT', 0, 1))
  if not latest or taken(limit, latest) + limit.wanted <= limit.ceiling then
    return false
  end
  return now - limit.moved >= limit.window * (limit.step > 0 and CLIMB or limit.hold)
end

local function raise(limit)
  local step = math.max(1, math.ceil(limit.ceiling * FIRST_STEP))
  if limit.ceiling >= limit.refused then
    step = limit.top - limit.ceiling -- what refused us is no more, so there is nothing left to go by
  elseif limit.step > 0 then
    step = limit.step * 2
  end
  local clean = limit.ceiling
  limit.ceiling = math.min(limit.top, clean + step)
  redis.call('HSET', limit.learned, 'clean', exact(clean), 'ceiling', exact(limit.ceiling), 'step', exact(step),
    'moved', exact(now))
end

local function earliest(limit)
  local moment = math.max(now, limit.closed or 0, since + limit.window)
  if not limit.last then
    return moment
  end
  local free = freed(limit)
  if free > now and may_raise(limit) then
    raise(limit)
    free = freed(limit)
  end
  local distance = 0
  if 2 * taken(limit, limit.last) > limit.ceiling then
    distance = math.min(limit.distance * limit.window * limit.wanted / limit.ceiling, FARTHEST)
  end
  return math.max(moment, free, limit.last.moment + distance)
end

local function take(limit, moment)
  local total = (limit.last and limit.last.total or 0) + limit.wanted
  local member = string.format('%015.0f:%.0f:%.0f', total, limit.wanted, moment)
  redis.call('ZADD', limit.log, exact(moment), member)
  redis.call('PEXPIRE', limit.log, math.ceil((moment - now + limit.window) / 1000))
  return member
end

local limits = {}
for index = 1, (#KEYS - 1) / 2 do
  local given = 5 * index - 2
  limits[index] = {
    log = KEYS[2 * index],
    learned = KEYS[2 * index + 1],
    wanted = tonumber(ARGV[given]),
    most = tonumber(ARGV[given + 1]),
    window = tonumber(ARGV[given + 2]),
    distance = tonumber(ARGV[given + 3]),
    held = ARGV[given + 4],
  }
  recall(limits[index])
end

local place = now
for _, limit in ipairs(limits) do
  local moment = kept(limit)
  place = place and moment and math.max(place, moment)
end
if place then
  return { 1, place - now, now, since }
end

place = now
for _, limit in ipairs(limits) do
  if limit.held ~= '' then
    redis.call('ZREM', limit.log, limit.held)
  end
  read(limit)
  place = math.ceil(math.max(place, earliest(limit)))
end
if place - now > patience then
  return { 0, place - now, now, since }
end
local answer = { 1, place - now, now, since }
for _, limit in ipairs(limits) do
  table.insert(answer, take(limit, place))
end
return answer
