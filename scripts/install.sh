# Installing what a verb lacks. When nothing is missing, nothing is run and no network is asked.
# shellcheck shell=bash

# Debian's own, which decide what an installation starts and makes.
createcluster=/etc/postgresql-common/createcluster.conf
policy=/usr/sbin/policy-rc.d

# prepare LIST: after it, the Debian packages of that list and everything from npm are there.
prepare() {
  install_packages "$1"
  install_node
}

# What root does in somebody else's folder leaves nothing there that is root's: npm's part comes with
# the next ./dev of the owner.
install_for() {
  install_packages "$@"
  if [[ -O . ]]; then install_node; fi
}

# install_packages LIST...
install_packages() {
  local names wanted missing
  names=$(packages_of "$@")
  mapfile -t wanted <<<"$names"
  if ! node_is_ready && ! command -v npm >/dev/null; then wanted+=(nodejs npm); fi
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  if [[ ${#missing[@]} -eq 0 ]]; then return; fi
  if [[ $EUID -ne 0 ]]; then
    cat >&2 <<END
Some packages are missing: ${missing[*]}
Run this line once, then ./dev again as yourself:

  sudo $(printf %q "$PWD")/dev install $*

It installs them from Debian and keeps Debian from starting a PostgreSQL and a Redis of its own, which
Freehold does not use. Without sudo, become root by \`su\` and leave that word out.
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

# Installs without letting Debian start servers or make a cluster: our PostgreSQL and Redis are private
# child processes. What holds Debian back is gone at the end, however this ends.
apt_install() (
  trap let_go EXIT
  hold_back "$@"
  mkdir -p build
  if [[ $EUID -eq 0 ]]; then chown --reference=. build; fi
  export DEBIAN_FRONTEND=noninteractive
  logged build/apt.log apt-get update -q
  logged build/apt.log apt-get install -q -y --no-install-recommends \
    -o Dpkg::Options::=--force-confold "$@"
  keep_off_at_boot "$@"
)

# What the owner of the machine has decided stays as it is.
hold_back() {
  if [[ " $* " == *" postgresql-15 "* ]] && ! grep -qs '^ *create_main_cluster' "$createcluster"; then
    mkdir -p "${createcluster%/*}"
    echo "create_main_cluster = false # by ./dev" >>"$createcluster"
  fi
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101 # by ./dev\n' >"$policy"
    chmod 755 "$policy"
  fi
}

let_go() {
  if [[ -e $createcluster ]]; then sed -i '/ # by \.\/dev$/d' "$createcluster"; fi
  if grep -qs ' # by \./dev$' "$policy"; then rm -f "$policy"; fi
}

# The packages enable their services for the next boot. For those that we have just brought, undo it.
keep_off_at_boot() {
  local package
  if ! command -v systemctl >/dev/null; then return; fi
  for package in "$@"; do
    case $package in
      redis-server) systemctl --quiet disable redis-server.service || true ;;
      nginx-light) systemctl --quiet disable nginx.service || true ;;
      haproxy) systemctl --quiet disable haproxy.service || true ;;
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
  # Two runs in one folder wait for each other; the second finds the work done.
  { flock 9 && { node_is_ready || fetch_node; }; } 9>build/node.lock
}

fetch_node() {
  local own=scripts/node node npm
  timed "Node 22" logged build/node.log \
    npm ci --prefix $own --ignore-scripts --no-audit --no-fund --no-progress
  node=$(echo $own/node_modules/node-linux-*/bin/node)
  npm=$own/node_modules/npm/bin/npm-cli.js
  timed "npm packages" logged build/npm.log "$node" "$npm" ci --no-progress
  ln -sf "../../$node" node_modules/.bin/node
  npm_inputs >node_modules/.installed
}

# install_modules FOLDER: what a folder with a lock file of its own needs from npm. They are large, and
# only the tests of that folder need them.
install_modules() {
  local folder=$1 inputs
  inputs=$(cat "$folder"/package{,-lock}.json | sha256sum)
  if [[ $(cat "$folder/node_modules/.installed" 2>/dev/null) == "$inputs" ]]; then return; fi
  timed "npm packages of $folder" logged "build/npm-${folder//\//-}.log" \
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-progress
  echo "$inputs" >"$folder/node_modules/.installed"
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
