/** The compare-and-set that writes the audit log: the only thing that ever does. */

/**
 * KEYS: the head, the entries. ARGV: first sequence, previous, last hash, chain, then a line per entry.
 * Answers [1] when written, now or by an earlier try of the same entries whose answer was lost, and [0, sequence, hash] of the head when it
 * has moved. A head that is not where the entries end was tampered with or put back from a copy: writing on would fork the chain.
 */
export const appendScript = `
local head = redis.call('HMGET', KEYS[1], 'sequence', 'hash')
local sequence = head[1] or '0'
local hash = head[2] or string.rep('0', 64)
local first = tonumber(ARGV[1])
if tonumber(sequence) + 1 == first and hash == ARGV[2] then
  local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
  local ends = last and last[1] or '0-0'
  if ends ~= sequence .. '-0' then return {-1, sequence, ends} end
  for index = 5, #ARGV do
    local added = redis.pcall('XADD', KEYS[2], string.format('%.0f-0', first + index - 5), 'entry', ARGV[index])
    if type(added) == 'table' and added.err then
      if index == 5 and string.find(added.err, 'equal or smaller', 1, true) then return {-2, sequence, ends} end
      return added
    end
  end
  redis.call('HSET', KEYS[1], 'sequence', string.format('%.0f', first + #ARGV - 5), 'hash', ARGV[3])
  redis.call('HSETNX', KEYS[1], 'chain', ARGV[4])
  return {1}
end
if tonumber(sequence) >= first then
  local mine = redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', ARGV[1] .. '-0')[1]
  if mine and mine[2][2] == ARGV[5] then return {1} end
end
return {0, sequence, hash}`;
