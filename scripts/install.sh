# Installing what a verb lacks. When nothing is missing, nothing is run and no network is asked.
# shellcheck shell=bash

# prepare PACKAGE...: after it, those Debian packages and everything from npm are there.
prepare() {
  local packages=("$@")
  if ! node_is_ready && ! command -v npm >/dev/null; then packages+=(nodejs npm); fi
  install_packages "${packages[@]}"
  install_node
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then return; fi
  if [[ $EUID -ne 0 ]]; then
    cat >&2 <<END
Some packages are missing. As root, run this line and then ./dev again:

  apt-get install --no-install-recommends ${missing[*]}

\`sudo ./dev install\` does the same and keeps Debian from starting a PostgreSQL and a Redis of its
own, which Freehold does not use.
END
    exit 1
  fi
  echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  timed "Debian packages" apt_install "${missing[@]}"
}

missing_packages() {
  local installed
  # dpkg-query fails when one of the names is unknown to it; what it prints is right all the same.
  # shellcheck disable=SC2016 # the braces are dpkg's
  installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^ii *//p' | sort -u) || true
  comm -23 <(printf '%s\n' "$@" | sort -u) <(echo "$installed")
}

# Installs without letting Debian start servers: our PostgreSQL and Redis are private child processes.
apt_install() {
  local cluster=/etc/postgresql-common/createcluster.conf policy=/usr/sbin/policy-rc.d
  if [[ " $* " == *" postgresql-15 "* && ! -e $cluster ]]; then
    mkdir -p "${cluster%/*}"
    echo "create_main_cluster = false" >"$cluster"
  fi
  # A policy that the owner of the machine put there stays as it is.
  if [[ ! -e $policy ]]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  mkdir -p build
  export DEBIAN_FRONTEND=noninteractive
  logged build/apt.log apt-get update -q
  logged build/apt.log apt-get install -q -y --no-install-recommends \
    -o Dpkg::Options::=--force-confold "$@"
  if [[ -n $(trap -p EXIT) ]]; then
    rm -f "$policy"
    trap - EXIT
  fi
  keep_off_at_boot "$@"
}

# The packages enable their services for the next boot. For those that we have just brought, undo it.
keep_off_at_boot() {
  local package
  if ! command -v systemctl >/dev/null; then return; fi
  for package in "$@"; do
    case $package in
      redis-server) systemctl --quiet disable redis-server.service || true ;;
      nginx-light) systemctl --quiet disable nginx.service || true ;;
    esac
  done
}

# Node 22 comes from npm like every other tool of the browser side, because Debian 12 has Node 18. Any
# npm will do to fetch it, together with the npm that then installs the rest; Debian's is installed
# only where there is none.
install_node() {
  export PATH=$PWD/node_modules/.bin:$PATH
  if node_is_ready; then return; fi
  mkdir -p build
  local own=scripts/node node npm
  timed "Node 22" logged build/node.log \
    npm ci --prefix $own --ignore-scripts --no-audit --no-fund --no-progress
  node=$(echo $own/node_modules/node-linux-*/bin/node)
  npm=$own/node_modules/npm/bin/npm-cli.js
  timed "npm packages" logged build/npm.log "$node" "$npm" ci --no-progress
  ln -sf "../../$node" node_modules/.bin/node
  npm_inputs >node_modules/.installed
}

node_is_ready() {
  [[ -x node_modules/.bin/node && $(cat node_modules/.installed 2>/dev/null) == "$(npm_inputs)" ]]
}

npm_inputs() {
  cat .npmrc {,scripts/node/}package{,-lock}.json | sha256sum
}

# timed WHAT COMMAND...: runs the command and says how long it took.
timed() {
  local what=$1 begin=$EPOCHREALTIME end
  shift
  "$@"
  end=$EPOCHREALTIME
  printf '%-36s %6.1f s\n' "$what" "$(((${end/./} - ${begin/./}) / 100000))e-1"
}

# logged FILE COMMAND...: runs the command; its output goes to the file and is shown if it fails.
logged() {
  local log=$1
  shift
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    fail "'$1' failed; all of its output is in $log."
  fi
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}
