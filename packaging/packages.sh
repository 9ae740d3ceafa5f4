# Debian packages that building and testing need; sourced by run and check.
# shellcheck shell=bash

PACKAGES_BUILD="gcc libc6-dev cmake ninja-build pkg-config libglib2.0-dev libncurses-dev libreadline-dev
	libcurl4-openssl-dev libcjson-dev libutf8proc-dev libxml2-dev libsqlite3-dev libpq-dev libmicrohttpd-dev libgnutls28-dev
	libsodium-dev libical-dev libstemmer-dev gettext mandoc ncurses-base tzdata"
PACKAGES_TEST="clang-14 libclang-rt-14-dev libvterm-dev ncurses-bin ncurses-term libhunspell-1.7-0 hunspell-en-us python3 python3-yaml
	python3-jsonschema tmux jq curl man-db openssl openssh-client openssh-server postgresql-15 nodejs npm
	lintian systemd util-linux zsh fish"
PACKAGES_DEB="build-essential debhelper dpkg-dev fakeroot"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# Names of the given packages that are not installed, on one line.
packages_missing() {
	local name
	for name in "$@"; do
		# Node from elsewhere brings an npm of its own, beside which Debian's can't be installed.
		case $name in nodejs | npm) command -v "${name%js}" >/dev/null && continue ;; esac
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s ' "$name"
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# apt waits for dpkg's lock by itself, but not for the lock of its lists.
apt_wait() {
	local try out status
	out=$(mktemp)
	for try in $(seq 1 120); do
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=900 \
			-o Acquire::Retries=3 "$@" 2>&1 </dev/null | tee "$out" >&2
		status=${PIPESTATUS[0]}
		[ "$status" = 0 ] && break
		grep -q -e 'Could not get lock' -e 'Unable to lock' -e 'Unable to acquire' "$out" || break
		say "waiting for another package installation to end ($try)"
		sleep 5
	done
	rm -f "$out"
	return "$status"
}

# Installs what is missing of the given packages, after saying so.
packages_install() {
	local missing
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		say "this system has no apt. Install what these Debian packages hold, then use cmake --preset release:"
		printf '  %s\n' "$@" >&2
		return 1
	fi
	missing=$(packages_missing "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		say "these packages are missing; install them as root, then call me again:"
		say "  apt-get install $missing"
		return 1
	fi
	say "will install: $missing"
	apt_wait update || say "the package lists could not be refreshed; trying with what is here"
	case " $missing " in
	*" postgresql-15 "*) postgres_without_cluster || return 1 ;;
	esac
	# shellcheck disable=SC2086
	apt_wait install -y --no-install-recommends $missing || { say "installation failed; see above"; return 1; }
	postgres_settings_back
}

# The tests start PostgreSQL by themselves: Debian's default cluster and its
# service would be left over on somebody's machine. The setting is put back.
postgres_conf=/etc/postgresql-common/createcluster.conf
postgres_changed=
postgres_without_cluster() {
	apt_wait install -y --no-install-recommends postgresql-common || return 1
	if ! grep -q '^create_main_cluster *= *false' "$postgres_conf" 2>/dev/null; then
		as_root sh -c "cp -p $postgres_conf $postgres_conf.ttydesk 2>/dev/null; echo 'create_main_cluster = false' >>$postgres_conf" || return 1
		postgres_changed=1
	fi
}
postgres_settings_back() {
	[ -n "$postgres_changed" ] || return 0
	as_root sh -c "[ -f $postgres_conf.ttydesk ] && mv $postgres_conf.ttydesk $postgres_conf"
	postgres_changed=
}
