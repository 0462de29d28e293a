#!/bin/sh
# Lists, checks and installs the packages named in packages.txt.
#
#   packages.sh list    [GROUP...]   names
#   packages.sh missing [GROUP...]   names that are not installed
#   packages.sh install [GROUP...]   installs what is missing (root or sudo)
#
# GROUP is build, book, site, test, lint, bench, cross or all; build if none
# is given.
# Plain sh, because nothing else is there on a bare machine.
set -u
list_file=$(dirname "$0")/packages.txt

names() {
  [ $# -gt 0 ] || set -- build
  for group in "$@"; do
    awk -F'|' -v want="$group" '
      /^#/ || NF < 3 { next }
      { gsub(/ /, "", $1); gsub(/ /, "", $2) }
      want == "all" || index("," $2 ",", "," want ",") { print $1 }' "$list_file"
  done
}

# Names of all that is installed, and of what those packages provide: a
# vendor's nodejs, say, brings npm and would not stand Debian's beside it.
present() {
  dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' 2>/dev/null |
    sed -n 's/^installed //p' | tr ',' '\n' | sed 's/ *(.*//; s/ //g'
}

missing() {
  there=$(present)
  for package in $(names "$@"); do
    printf '%s\n' "$there" | grep -qxF "$package" || echo "$package"
  done
}

# Prints the packages among the arguments that the distribution has.
available() {
  for package in "$@"; do
    case $(apt-cache policy "$package" 2>/dev/null) in
      '' | *'Candidate: (none)'*)
        echo "skipped: this distribution has no package $package" >&2 ;;
      *) echo "$package" ;;
    esac
  done
}

install() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian or Ubuntu. Install by hand what these bring:"
    names "$@" | tr '\n' ' '
    echo
    return 1
  fi
  wanted=$(missing "$@")
  if [ -z "$wanted" ]; then
    echo "all packages are there"
    return 0
  fi
  root=
  if [ "$(id -u)" != 0 ]; then
    root=sudo
    if ! command -v sudo >/dev/null || ! { sudo -n true || [ -t 0 ]; } 2>/dev/null
    then
      echo "No right to install. Ask for:" $wanted
      return 1
    fi
  fi
  echo "installing:" $wanted
  $root apt-get update -qq || return 1
  wanted=$(available $wanted)
  [ -n "$wanted" ] || return 0
  $root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $wanted
}

command=${1:-list}
[ $# -gt 0 ] && shift
case $command in
  list) names "$@" ;;
  missing) missing "$@" ;;
  install) install "$@" ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
