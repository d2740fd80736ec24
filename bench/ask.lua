-- What wrk sends: with each request the next address of a list, one address a line.
--
--   wrk … -s ask.lua http://127.0.0.1:8000 -- LIST
--
-- The list has one address (asked again and again) or so many that none is asked twice; where it ran out, the run says
-- so and is not counted. Answers are not looked at here, as that would slow the client down; the last line of the
-- output is the run as JSON, and wrk itself counts the answers of status 400 and above in it.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local lines = {}
  for name, value in pairs(wrk.headers) do
    table.insert(lines, name .. ": " .. value)
  end
  tail = " HTTP/1.1\r\n" .. table.concat(lines, "\r\n") .. "\r\n\r\n"
  addresses = {}
  for address in io.lines(args[1]) do
    table.insert(addresses, address)
  end
  asked = 0
  listed = #addresses
end

function request()
  local address = addresses[asked % listed + 1]
  asked = asked + 1
  return "GET " .. address .. tail
end

function done(summary, latency, _)
  local asked_in_all, listed_in_all = 0, 0
  for _, thread in ipairs(threads) do
    asked_in_all = asked_in_all + thread:get("asked")
    listed_in_all = listed_in_all + thread:get("listed")
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers": %d, "microseconds": %d, "bytes": %d, "asked": %d, "listed": %d, "connect_errors": %d, ' ..
    '"read_errors": %d, "write_errors": %d, "timeouts": %d, "failures": %d, "median_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration, summary.bytes, asked_in_all, listed_in_all, errors.connect,
    errors.read, errors.write, errors.timeout, errors.status, latency:percentile(50), latency:percentile(99)))
end
