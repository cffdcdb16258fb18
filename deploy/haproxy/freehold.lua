-- Forward authentication for HAProxy 2.5 or newer: `http-request lua.freehold_verify` asks Freehold
-- who is asking and puts its answer on the request for the product. `txn.freehold_status` is 200, 401,
-- 403, or 503 when Freehold does not answer; `txn.freehold_login` is where to log in.

local freehold = os.getenv("FREEHOLD_ADDRESS") or "127.0.0.1:8080"

local answers = {
  "freehold-assertion", "freehold-user", "freehold-key", "freehold-session", "freehold-tenant",
  "freehold-tenant-slug", "freehold-role", "freehold-permissions", "freehold-entitlement-version",
}

-- What Freehold has to know of the request.
local function question_of(txn)
  local question = { ["x-original-uri"] = { txn.sf:pathq() } }
  local headers = txn.http:req_get_headers()
  for _, name in ipairs({ "host", "cookie", "authorization", "x-forwarded-for", "x-forwarded-proto" }) do
    if headers[name] then
      local values = {}
      for i = 0, #headers[name] do values[#values + 1] = headers[name][i] end
      question[name] = values
    end
  end
  return question
end

local function verify(txn)
  txn:set_var("txn.freehold_status", 503)
  local answer = core.httpclient():get({
    url = "http://" .. freehold .. "/api/v1/auth/verify",
    headers = question_of(txn),
    timeout = 5000,
  })
  if not answer or not answer.status or answer.status == 0 then return end
  txn:set_var("txn.freehold_status", answer.status)
  local login = answer.headers["freehold-login-url"]
  if login then txn:set_var("txn.freehold_login", login[0]) end
  if answer.status ~= 200 then return end
  for _, name in ipairs(answers) do
    local value = answer.headers[name]
    if value then txn.http:req_set_header(name, value[0]) end
  end
end

core.register_action("freehold_verify", { "http-req" }, verify)
