#!/bin/sh
# cmake --install follows a distribution's file hierarchy, and what it installs runs.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
DESTDIR=$dir "$CMAKE" --install "$BUILD_DIR" --prefix /usr >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
for file in bin/ttydesk bin/ttydeskd share/man/man1/ttydesk.1 share/man/man5/ttydesk.conf.5 \
	share/man/man5/ttydesk-import.5 share/man/man8/ttydeskd.8 share/ttydesk/keymaps/default.keys \
	share/ttydesk/themes/mono.theme share/doc/ttydesk/LICENSE \
	share/bash-completion/completions/ttydesk share/bash-completion/completions/ttydeskd \
	share/zsh/site-functions/_ttydesk share/fish/vendor_completions.d/ttydesk.fish; do
	[ -f "$dir/usr/$file" ] || { echo "missing: /usr/$file"; exit 1; }
done
"$dir/usr/bin/ttydesk" --version | grep -q '^ttydesk [0-9]'
"$dir/usr/bin/ttydeskd" --version | grep -q '^ttydeskd [0-9]'
