#!/bin/sh
# The programs the tests need beside Python: installed through apt where that is possible, else named.
missing=""
command -v chromium > /dev/null || missing="$missing chromium"
command -v pdftotext > /dev/null || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing$missing for the tests, once"
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null; then
    exit 0
  fi
fi
echo "The tests need$missing: install them with your package manager, then run make test again." >&2
exit 1
