-- The breakers of all targets, in one hash, so that they are lost together or not at all.
--
-- KEYS[1]  target → record; the field "whole" says that nothing was ever lost
-- ARGV     target, act, token, round, calls, failed, slow; then the rules: window, volume, failed percent,
--          slow percent, open for, lease for (times in milliseconds)
-- act      enter: may a call go? · report: count only · ok, failed, ignored: how the probe with this token
--          ended · retry: let one try at once · look: change nothing
-- Answer: {may go, state, round, milliseconds until it is worth asking again, the state was changed}
--
-- A record: round, the moment of its last change, by which counts of an earlier time are told apart; open;
-- token and lease of the probe that is under way; window, a list of {slot, calls, failed, slow}.

local SLOTS = 10

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local target, act, token, round = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local calls, failed, slow = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local window, volume = tonumber(ARGV[8]), tonumber(ARGV[9])
local failed_percent, slow_percent = tonumber(ARGV[10]), tonumber(ARGV[11])
local open_for, lease_for = tonumber(ARGV[12]), tonumber(ARGV[13])

local record, touched, turned = nil, false, 0

local function turn(open)
  record = {round = now, open = open, window = {}}
  touched, turned = true, 1
end

local function remember()
  local stored = redis.call('HGET', KEYS[1], target)
  if stored then
    record = cjson.decode(stored)
  else
    -- What was lost may have been open: then one call tries.
    local whole = redis.call('HEXISTS', KEYS[1], 'whole') == 1
    record = {round = whole and 0 or now - open_for, open = not whole, window = {}}
  end
  -- The clock may have been set back, and nothing may last longer for it.
  if record.open and record.round > now then
    record.round, touched = now, true
  end
  if record.lease and record.lease > now + lease_for then
    record.lease, touched = now + lease_for, true
  end
end

local function count()
  local slot = math.floor(now * SLOTS / window)
  local kept = {}
  for _, entry in ipairs(record.window) do
    if entry[1] > slot - SLOTS and entry[1] <= slot then
      kept[#kept + 1] = entry
    end
  end
  if #kept == 0 or kept[#kept][1] < slot then
    kept[#kept + 1] = {slot, 0, 0, 0}
  end
  local last = kept[#kept]
  last[2], last[3], last[4] = last[2] + calls, last[3] + failed, last[4] + slow
  record.window, touched = kept, true
end

local function judge()
  local all, bad, late = 0, 0, 0
  for _, entry in ipairs(record.window) do
    all, bad, late = all + entry[2], bad + entry[3], late + entry[4]
  end
  if all >= volume and (bad * 100 >= failed_percent * all or late * 100 >= slow_percent * all) then
    turn(true)
  end
end

local function half_open()
  return record.open and now >= record.round + open_for
end

local function free()
  record.token, record.lease, touched = nil, nil, true
end

local function enter()
  if not record.open then
    return 1
  end
  if not half_open() or (record.lease and record.lease > now) then
    return 0
  end
  record.token, record.lease, touched = token, now + lease_for, true
  return 1
end

remember()
if calls > 0 and not record.open and record.round == round then
  count()
  judge()
end

local may_go = 0
if act == 'enter' then
  may_go = enter()
elseif act == 'retry' and record.open then
  record.round = math.min(record.round, now - open_for)
  free()
elseif record.token and record.token == token then
  if act == 'ok' then
    turn(false)
  elseif act == 'failed' then
    turn(true)
  elseif act == 'ignored' then
    free()
  end
end
if touched then
  redis.call('HSET', KEYS[1], target, cjson.encode(record))
end

if not record.open then
  return {may_go, 'closed', record.round, 0, turned}
elseif half_open() then
  return {may_go, 'half_open', record.round, math.max(0, (record.lease or now) - now), turned}
end
return {may_go, 'open', record.round, record.round + open_for - now, turned}
