-- For wrk: asks for the addresses of a file in turn, and says what came of it in one line of JSON.
local paths = {}
local place = 0

function init(args)
   for line in io.lines(args[1]) do paths[#paths + 1] = line end
   math.randomseed(tonumber(args[2]) or 1)
   place = math.random(#paths)
end

function request()
   place = place % #paths + 1
   return wrk.format("GET", paths[place])
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "failed": %d, "bytes": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.bytes))
end
