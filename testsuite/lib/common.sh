# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What every script of the project needs: messages, packages, places. Sourced with $root set to the source tree.

build=$(realpath -m "${MEMLINT_BUILD:-$root/build/release}") # the build that commands use
work=$(realpath -m "${MEMLINT_WORK:-$root/build}")           # downloads and scratch, never in version control

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' dim=$'\e[2m' normal=$'\e[0m'
else
	bold='' dim='' normal=''
fi
readonly bold dim normal

say() {
	printf '%s%s%s\n' "$bold" "$*" "$normal" >&2
}

note() {
	printf '%s%s%s\n' "$dim" "$*" "$normal" >&2
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 2
}

have() {
	command -v "$1" >/dev/null 2>&1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		die "'$*' needs root: run it as root, or install sudo"
	fi
}

# Runs a command quietly; shows its output only when it fails.
quietly() {
	local log
	log=$(mktemp)
	if ! "$@" >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}

jobs_here() {
	nproc 2>/dev/null || echo 1
}

# The GCC major versions installed here, with their C++ compilers or not.
gcc_majors() {
	local major
	for major in 11 12 13 14 15; do
		if have "gcc-$major"; then echo "$major"; fi
	done
}

is_installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# packages GROUP...: the packages those groups of testsuite/lib/packages name, `?` kept on optional ones.
packages() {
	local group name names
	while read -r group names; do
		[[ " $* " == *" $group "* ]] || continue
		for name in $names; do
			if [ "$name" = "@gcc" ]; then
				gcc_majors | sed 's/.*/g++-& gcc-&-plugin-dev/' | tr ' ' '\n'
			else
				echo "$name"
			fi
		done
	done < <(grep -v '^#' "$root/testsuite/lib/packages") | sort -u
}

# install_packages GROUP...: brings what is missing; quick and silent when nothing is.
install_packages() {
	local missing=() optional=() package
	have dpkg-query || die "packages are installed on Debian only; the list is in testsuite/lib/packages"
	while read -r package; do
		is_installed "${package%\?}" && continue
		case $package in
		*\?) optional+=("${package%\?}") ;;
		*) missing+=("$package") ;;
		esac
	done < <(packages "$@")
	for package in "${optional[@]}"; do
		have "$package" && continue # from elsewhere: another vendor's nodejs brings npm, and forbids Debian's
		if [ -n "$(apt-cache policy "$package" 2>/dev/null | sed -n '/Candidate: [^(]/p')" ]; then
			missing+=("$package")
		fi
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "Installing ${missing[*]}"
	if ! quietly as_root apt-get update; then
		die "no package mirror answers; with one, install: apt-get install ${missing[*]}"
	fi
	quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
		die "apt-get could not install: ${missing[*]}"
}
